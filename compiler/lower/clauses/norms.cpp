// Permissions, prohibitions, obligations and what licenses grant and shut out: one effective guard each, one verdict.
#include "lower/lowering.h"

namespace deal::lower {

// h = g and not any h' that beats it. Its reasons do not hang on who asks for it: a norm that yields is explained, and so is the other.
Res Body::effective(std::size_t index, ValueId party, const std::vector<Argument> &arguments, const Env &env, Norms &known) {
  if (auto at = known.find(index); at != known.end()) return at->second.value;
  auto &n = p.norms[index];
  auto &v = version_of(m, n);
  auto &c = m.clauses[n.clause];
  Env inner = env;
  inner.arguments = &arguments;
  inner.action = n.action;
  auto here = [&](Place::Part part) { return Place{part, n.clause.number(), -1, n.version}; };
  auto make = [&] {
    auto parts = conditions(n.clause, v, inner);
    parts.push_back([&] { return truth(b.both(b.equal(party, b.number(n.party.number())), since(n.from, env))); });
    if (n.through != never) parts.push_back([&] { return truth(b.less_equal(today(env), b.number(n.through))); });
    if (n.asset) parts.push_back([&] { return Res{arguments[0].value.status, b.equal(arguments[0].value.v, b.number(n.asset.number())), {}}; });
    for (std::size_t i = 0; i < n.pattern.size(); ++i)
      if (n.pattern[i])
        parts.push_back([&, i] {
          return line(here(Place::pattern), m[n.pattern[i]].span, [&, i] {
            auto wanted = eval(n.pattern[i], inner);
            auto &asked = arguments[i].value;
            auto &field = m.actions[n.action].fields[i];
            note(read(Site::argument, field.name, value_type(m, field.type), static_cast<int>(i)), asked);
            return Res{join(wanted.status, asked.status), equal(wanted, asked), {}};
          });
        });
    if (n.modal == Modal::must) // open: active, or breached and still owed
      parts.push_back([&] { return negated(at(here(Place::performed), [&] { return occurred(n.action, n.party, arguments, env); })); });
    for (auto other : p.beaten_by[index]) parts.push_back([&, other] { return negated(effective(other, party, arguments, env, known)); });
    auto out = together(true, parts);
    auto site = read(Site::norm, c.name, of(ValueType::boolean), static_cast<int>(index));
    site.place = {Place::whole, n.clause.number(), -1, n.version};
    note(std::move(site), out);
    return out;
  };
  auto [out, frame] = trace ? trace->once(make) : std::pair{make(), std::size_t{0}};
  known[index] = {out, frame};
  return out;
}

Res Body::question(bool must, ValueId party, ActionId action, const std::vector<Argument> &arguments, const Env &env) {
  Norms known;
  std::vector<Res> by[3];
  for (std::size_t i = 0; i < p.norms.size(); ++i)
    if (p.norms[i].action == action) by[static_cast<std::size_t>(p.norms[i].modal)].push_back(effective(i, party, arguments, env, known));
  for (auto &[index, made] : known)
    if (trace) trace->reads(made.frame);
  auto all_of = [&](Modal modal) { return parallel(false, by[static_cast<std::size_t>(modal)]); };
  auto f = all_of(Modal::must_not), q = all_of(Modal::must), a = all_of(Modal::may);
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
