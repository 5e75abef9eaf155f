// Terms of clauses, guards, licenses.
#include "lower/lowering.h"

namespace deal::lower {

ValueId Body::term_first(const Clause &c, const TermSpec &t) {
  if (t.start_event >= 0) {
    stateful = true;
    return load(p.happened.at(t.start_event));
  }
  return b.number(t.start != always_from ? t.start : c.versions.front().from);
}

// The last day of a term: INT32_MAX where it is open.
ValueId Body::term_last(const TermSpec &t) {
  ValueId out;
  for (auto &e : t.ends) {
    ValueId day;
    if (e.until_event >= 0) {
      stateful = true;
      auto first = load(p.happened.at(e.until_event));
      day = b.select(b.equal(first, b.number(no_day)), first, b.sub(first, b.number(1)));
    } else {
      day = b.number(e.through);
    }
    out = !out ? day : t.last ? b.max(out, day) : b.min(out, day);
  }
  return out ? out : b.number(no_day);
}

Res Body::in_term(const Clause &c, const TermSpec &t, const Env &env) {
  auto first = term_first(c, t), last = term_last(t);
  auto day = today(env);
  auto begun = b.less_equal(first, day);
  if (t.start_event >= 0) begun = b.both(begun, b.negation(b.equal(first, b.number(no_day))));
  return truth(b.both(begun, b.less_equal(day, last)));
}

Res Body::guard(const Common &c, const Env &env, int noted_for) {
  std::vector<Res> all;
  auto line = [&](TermId id, Stage stage) {
    all.push_back(eval(id, env));
    if (noted_for >= 0) condition(noted_for, stage, all.back(), m[id].span);
  };
  if (c.guard.when) line(c.guard.when, Stage::when);
  if (c.guard.unless) {
    line(c.guard.unless, Stage::unless);
    all.back() = negated(all.back());
  }
  return parallel(true, all);
}

Res Body::license_word(int index, Word word, const Env &env) {
  auto &c = m.clauses[static_cast<std::size_t>(index)];
  auto none = word == Word::active ? truth(b.truth(false)) : Res{status(Status::no_rule_applies), b.truth(false), {}};
  return by_version(c.versions, env, none, [&](const Version &v) {
    auto *l = std::get_if<LicenseVersion>(&v.body);
    if (!l) return none;
    std::vector<Res> all{in_term(c, v.common.term, env), guard(v.common, env)};
    if (word == Word::exclusive) all.push_back(truth(b.truth(l->exclusivity != syntax::ExclusiveLine::non_exclusive)));
    return parallel(true, all);
  });
}

} // namespace deal::lower
