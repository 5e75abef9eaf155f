#include "oracle/reads.h"
#include "support/match.h"

namespace deal::oracle {

using namespace check;

namespace {

// Each term once, from the roots down; `more` says what else a term leads to.
void walk(const Model &m, std::vector<TermId> open, const std::function<void(const Term &, std::vector<TermId> &)> &visit) {
  std::set<TermId> met;
  while (!open.empty()) {
    auto id = open.back();
    open.pop_back();
    if (!id || !met.insert(id).second) continue;
    for (auto under : children(m[id].node)) open.push_back(under);
    visit(m[id], open);
  }
}

void add(std::vector<TermId> &to, const std::vector<TermId> &more) { to.insert(to.end(), more.begin(), more.end()); }

void into_definition(const Model &m, const Term &t, std::vector<TermId> &open) {
  if (auto *d = std::get_if<DefinitionRef>(&t.node))
    for (auto &v : m.definitions[d->definition].versions) add(open, terms_of(v.rules));
}

} // namespace

std::vector<TermId> terms_of(const Rules &r) {
  std::vector<TermId> out{r.base};
  for (auto &e : r.exceptions) add(out, {e.condition, e.body});
  return out;
}

std::vector<TermId> terms_of(const Clause &c) {
  std::vector<TermId> out;
  for (auto &v : c.versions) {
    add(out, {v.common.guard.when, v.common.guard.unless});
    match(
        v.body, [](const Ended &) {}, [](const LicenseVersion &) {},
        [&](const PaymentVersion &p) {
          add(out, {p.amount, p.waived, p.deferred});
          for (auto &limit : p.limits) out.push_back(limit.amount);
          for (auto &portion : p.portions) out.push_back(portion.share);
        },
        [&](const NormVersion &n) { add(out, n.pattern); });
  }
  return out;
}

std::vector<TermId> terms_of(const StateCell &s) {
  std::vector<TermId> out;
  for (auto &u : s.updates) add(out, {u.condition, u.body});
  return out;
}

void for_cone(const Model &m, TermId root, const std::function<void(const Term &)> &visit) {
  walk(m, {root}, [&](const Term &t, std::vector<TermId> &open) {
    visit(t);
    into_definition(m, t, open);
  });
}

std::set<ParameterId> parameters_of(const Model &m, const std::vector<TermId> &roots) {
  std::set<ParameterId> out;
  walk(m, roots, [&](const Term &t, std::vector<TermId> &open) {
    if (auto *p = std::get_if<ParameterRef>(&t.node)) out.insert(p->parameter);
    into_definition(m, t, open);
    if (auto *w = std::get_if<ClauseTerm>(&t.node)) add(open, terms_of(m.clauses[w->clause]));
    if (auto *s = std::get_if<StateRef>(&t.node)) add(open, terms_of(m.states[s->state]));
  });
  return out;
}

std::vector<DefinitionId> definitions_in(const Model &m, const std::vector<TermId> &roots) {
  std::vector<DefinitionId> out;
  walk(m, roots, [&](const Term &t, std::vector<TermId> &) {
    if (auto *d = std::get_if<DefinitionRef>(&t.node)) out.push_back(d->definition);
  });
  return out;
}

} // namespace deal::oracle
