// Terms of clauses, guards, licenses.
#include "lower/lowering.h"

namespace deal::lower {

ValueId Body::happened_first(EventId event) {
  stateful = true;
  auto day = load(p.happened.at(event));
  note(read(Site::event, m.events[event].name, of(ValueType::date), event), number(day));
  return day;
}

ValueId Body::term_first(const Clause &c, const TermSpec &t) {
  if (t.start_event) return happened_first(t.start_event);
  return b.number(t.start != always_from ? t.start : c.versions.front().from);
}

// The last day of a term: INT32_MAX where it is open.
ValueId Body::term_last(const TermSpec &t) {
  ValueId out;
  for (auto &e : t.ends) {
    ValueId day;
    if (e.until_event) {
      auto first = happened_first(e.until_event);
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
  if (t.start_event) begun = b.both(begun, b.negation(b.equal(first, b.number(no_day))));
  return truth(b.both(begun, b.less_equal(day, last)));
}

Res Body::guard(const Common &c, const Env &env, ClauseId noted_for) {
  std::vector<Res> all;
  auto line = [&](TermId id, Stage stage) {
    all.push_back(eval(id, env));
    if (noted_for) condition(noted_for, stage, all.back(), m[id].span);
  };
  if (c.guard.when) line(c.guard.when, Stage::when);
  if (c.guard.unless) {
    line(c.guard.unless, Stage::unless);
    all.back() = negated(all.back());
  }
  return parallel(true, all);
}

Res Body::line(Place where, Span span, const std::function<Res()> &make) {
  return at(where, [&] {
    auto r = make();
    auto site = read(Site::line, {}, of(ValueType::boolean));
    site.span = span;
    site.text = p.quote(span);
    site.row = p.row_of(span);
    note(std::move(site), r);
    return r;
  });
}

std::vector<std::function<Res()>> Body::conditions(ClauseId clause, const Version &v, const Env &env) {
  auto &c = m.clauses[clause];
  auto here = [&](Place::Part part) { return Place{part, clause.number(), -1, static_cast<int>(&v - c.versions.data())}; };
  auto says = [this, here, &env](Place::Part part, TermId condition) {
    return [this, there = here(part), condition, &env] { return line(there, m[condition].span, [&] { return eval(condition, env); }); };
  };
  std::vector<std::function<Res()>> out;
  if (v.common.term.stated)
    out.push_back([this, there = here(Place::term), &c, &v, &env] {
      return line(there, {}, [&] { return in_term(c, v.common.term, env); });
    });
  if (v.common.guard.when) out.push_back(says(Place::when, v.common.guard.when));
  if (v.common.guard.unless) out.push_back([this, unless = says(Place::unless, v.common.guard.unless)] { return negated(unless()); });
  return out;
}

Res Body::license_word(ClauseId index, Word word, const Env &env) {
  auto &c = m.clauses[index];
  auto none = truth(b.truth(false)); // not in force, so nobody is licensed, and nobody shut out
  return by_version(c.versions, env, none, [&](const Version &v) {
    auto *l = std::get_if<LicenseVersion>(&v.body);
    if (!l) return none;
    auto all = conditions(index, v, env);
    bool shuts_out = word != Word::exclusive || l->exclusivity != syntax::ExclusiveLine::non_exclusive;
    all.push_back([this, shuts_out] { return truth(b.truth(shuts_out)); });
    return together(true, all);
  });
}

} // namespace deal::lower
