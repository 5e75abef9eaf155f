#include "check/places.h"

namespace deal::check {
namespace {

bool holds(Span s, std::uint32_t place) { return s.begin <= place && place < s.end; }

} // namespace

std::optional<TermId> term_at(const Model &m, std::uint32_t place) {
  std::optional<TermId> best;
  for (std::uint32_t i = 0; i < m.terms.size(); ++i) {
    auto span = m[{i}].span;
    if (!holds(span, place)) continue;
    auto size = [&](TermId id) { return m[id].span.end - m[id].span.begin; };
    if (!best || size({i}) < size(*best)) best = TermId{i};
  }
  return best;
}

std::optional<Use> use_at(const Model &m, std::uint32_t place) {
  for (auto &use : m.names.uses)
    if (holds(use.use, place)) return use;
  return std::nullopt;
}

} // namespace deal::check
