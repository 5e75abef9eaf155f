// Everything a term reads, through definitions (all their versions).
#pragma once
#include "check/model.h"
#include <set>

namespace deal::check {

template <class F> void for_rules(const Rules &r, F f) {
  if (r.base) f(r.base);
  for (auto &e : r.exceptions) f(e.condition), f(e.body);
}

template <class F> void for_cone(const Model &m, TermId root, F visit) {
  std::set<TermId> seen;
  std::vector<TermId> open{root};
  while (!open.empty()) {
    auto id = open.back();
    open.pop_back();
    if (!seen.insert(id).second) continue;
    auto &term = m[id];
    visit(term);
    for (auto child : children(term.node)) open.push_back(child);
    if (auto *d = std::get_if<DefinitionRef>(&term.node))
      for (auto &version : m.definitions[static_cast<std::size_t>(d->definition)].versions)
        for_rules(version.rules, [&](TermId t) { open.push_back(t); });
  }
}

} // namespace deal::check
