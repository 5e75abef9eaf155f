// Everything a term reads.
#pragma once
#include "check/model.h"
#include "support/match.h"
#include <set>
#include <unordered_set>

namespace deal::check {

template <class F> void for_rules(const Rules &r, const F &f) {
  if (r.base) f(r.base);
  for (auto &e : r.exceptions) f(e.condition), f(e.body);
}

// The terms of a version of a clause: its guard, and what its sentence and lines say.
template <class F> void for_version(const Version &v, const F &f) {
  auto some = [&](TermId id) {
    if (id) f(id);
  };
  some(v.common.guard.when), some(v.common.guard.unless);
  match(
      v.body, [](const Ended &) {}, [](const LicenseVersion &) {},
      [&](const PaymentVersion &p) {
        some(p.amount), some(p.waived), some(p.deferred);
        for (auto &limit : p.limits) some(limit.amount);
        for (auto &portion : p.portions) some(portion.share);
      },
      [&](const NormVersion &n) {
        for (auto x : n.pattern) some(x);
      });
}

// How far a cone goes: not beyond the terms themselves, through definitions (all their versions), or also through the clauses and states
// whose words it reads.
enum class Cone : std::uint8_t { terms, definitions, clauses };

template <class F> void for_cone(const Model &m, const std::vector<TermId> &roots, Cone far, F visit) {
  std::unordered_set<std::uint32_t> seen;
  std::vector<TermId> open;
  auto push = [&](TermId id) {
    if (id) open.push_back(id);
  };
  for (auto root : roots) push(root);
  while (!open.empty()) {
    auto id = open.back();
    open.pop_back();
    if (!seen.insert(id.index).second) continue;
    auto &term = m[id];
    visit(term);
    for (auto child : children(term.node)) push(child);
    if (far == Cone::terms) continue;
    if (auto *d = std::get_if<DefinitionRef>(&term.node))
      for (auto &version : m.definitions[d->definition].versions) for_rules(version.rules, push);
    if (far == Cone::definitions) continue;
    if (auto *w = std::get_if<ClauseTerm>(&term.node))
      for (auto &version : m.clauses[w->clause].versions) for_version(version, push);
    if (auto *s = std::get_if<StateRef>(&term.node))
      for (auto &u : m.states[s->state].updates) push(u.condition), push(u.body);
  }
}
template <class F> void for_cone(const Model &m, TermId root, F visit) { for_cone(m, std::vector{root}, Cone::definitions, visit); }

// Whether it reads a term of a kind, through definitions.
template <class N> bool reads(const Model &m, TermId id) {
  bool found = false;
  if (id)
    for_cone(m, std::vector{id}, Cone::definitions, [&](const Term &t) { found |= std::holds_alternative<N>(t.node); });
  return found;
}

// What a payment, or a state, rests on: where one of these is not given, it stands still.
inline std::set<ParameterId> parameters_of(const Model &m, const std::vector<TermId> &roots) {
  std::set<ParameterId> out;
  for_cone(m, roots, Cone::clauses, [&](const Term &t) {
    if (auto *r = std::get_if<ParameterRef>(&t.node)) out.insert(r->parameter);
  });
  return out;
}
inline std::vector<TermId> terms_of(const Clause &c) {
  std::vector<TermId> out;
  for (auto &v : c.versions) for_version(v, [&](TermId id) { out.push_back(id); });
  return out;
}
// The periods of a payment that close (M2), the shorter first: those that it has a cell of.
std::vector<Period> closing_periods(const Model &, const Version &);
std::vector<Period> closing_periods(const Model &, const Clause &);
// The events whose fields or totals it reads: those that a closed period of it refuses.
std::set<EventId> events_of(const Model &, const Clause &);
inline std::vector<TermId> terms_of(const Definition &d) {
  std::vector<TermId> out;
  for (auto &v : d.versions) for_rules(v.rules, [&](TermId id) { out.push_back(id); });
  return out;
}
inline std::vector<TermId> terms_of(const StateCell &s) {
  std::vector<TermId> out;
  for (auto &u : s.updates)
    for (auto id : {u.condition, u.body})
      if (id) out.push_back(id);
  return out;
}

} // namespace deal::check
