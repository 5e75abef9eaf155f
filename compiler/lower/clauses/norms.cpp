// Permissions, prohibitions, obligations and what licenses grant and shut out: one effective guard each, one verdict.
#include "lower/lowering.h"

namespace deal::lower {

// h = g and not any h' that beats it.
Res Body::effective(std::size_t index, ValueId party, const std::vector<Argument> &arguments, const Env &env, std::map<std::size_t, Res> &known) {
  if (auto at = known.find(index); at != known.end()) return at->second;
  auto &n = p.norms[index];
  auto &v = version_of(m, n);
  auto &c = m.clauses[static_cast<std::size_t>(n.clause)];
  Env inner = env;
  inner.arguments = &arguments;
  std::vector<Res> all{truth(b.equal(party, b.number(n.party))), truth(since(n.from, env))};
  if (n.through != never) all.push_back(truth(b.less_equal(today(env), b.number(n.through))));
  all.push_back(in_term(c, v.common.term, env));
  if (n.asset >= 0) all.push_back({arguments[0].value.status, b.equal(arguments[0].value.v, b.number(n.asset)), {}});
  for (std::size_t i = 0; i < n.pattern.size(); ++i) {
    if (!n.pattern[i]) continue;
    auto wanted = eval(n.pattern[i], inner);
    all.push_back({join(wanted.status, arguments[i].value.status), equal(wanted, arguments[i].value), {}});
  }
  all.push_back(guard(v.common, inner));
  // Open: active, or breached and still owed.
  if (n.modal == syntax::DutySentence::must) all.push_back(negated(occurred(n.action, n.party, arguments, env)));
  for (auto other : p.beaten_by[index]) all.push_back(negated(effective(other, party, arguments, env, known)));
  auto out = parallel(true, all);
  note({.kind = Site::truth, .clause = n.clause, .name = c.name, .type = of(ValueType::integer), .span = v.common.span}, number(said(out)));
  return known[index] = out;
}

Res Body::question(bool must, ValueId party, int action, const std::vector<Argument> &arguments, const Env &env) {
  using M = syntax::DutySentence;
  std::map<std::size_t, Res> known;
  std::vector<Res> by[3];
  for (std::size_t i = 0; i < p.norms.size(); ++i)
    if (p.norms[i].action == action) by[p.norms[i].modal].push_back(effective(i, party, arguments, env, known));
  auto f = parallel(false, by[M::must_not]), q = parallel(false, by[M::must]), a = parallel(false, by[M::may]);
  auto is = [&](Verdict v) { return number(b.number(static_cast<int>(v))); };
  auto decide = [&](const Res &guard, const Res &then, const Res &otherwise) {
    auto r = select(guard.v, then, otherwise);
    r.status = b.select(is_ok(guard.status), r.status, guard.status);
    return r;
  };
  Res conflict{status(Status::conflict), b.number(0), {}};
  auto verdict = decide(f, decide(q, conflict, is(Verdict::forbidden)),
                        decide(q, is(Verdict::required), decide(a, is(Verdict::permitted), is(Verdict::silent))));
  if (!must) return verdict;
  return {verdict.status, b.equal(verdict.v, b.number(static_cast<int>(Verdict::required))), {}};
}

} // namespace deal::lower
