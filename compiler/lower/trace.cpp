#include "lower/trace.h"
#include "check/order.h"
#include <algorithm>
#include <map>
#include <tuple>

namespace deal::lower {

// The readers of a frame are worked out before it.
std::vector<ir::ValueId> Trace::reached() {
  using FrameId = Id<struct FrameTag>;
  auto readers = [&](FrameId frame) {
    std::vector<FrameId> out;
    for (auto &[reader, condition] : frames_[frame.index].readers) out.push_back(FrameId::at(reader));
    return out;
  };
  std::vector<ir::ValueId> known(frames_.size(), b_.truth(true));
  for (auto frame : check::ordered(Ids<FrameTag>(frames_.size()), readers, [](FrameId, std::size_t) {})) {
    if (frame.index == 0) continue;
    auto any = b_.truth(false);
    for (auto &[reader, condition] : frames_[frame.index].readers) any = b_.either(any, b_.both(known[reader], condition));
    known[frame.index] = any;
  }
  return known;
}

std::vector<Trace::Noted> Trace::take() {
  auto known = reached();
  std::vector<Noted> out;
  auto key = [](const Site &s) { return std::tuple(s.kind, s.clause, s.stage, s.index, s.version, s.name, s.span.begin); }; // alike, not yet the same
  std::multimap<decltype(key(sites_[0].site)), std::size_t> places;
  for (auto &p : sites_) {
    auto holds = b_.both(known[p.frame], p.condition);
    auto value = b_.select(holds, p.value, b_.number(0));
    auto [first, last] = places.equal_range(key(p.site));
    auto place = std::find_if(first, last, [&](auto &x) { return out[x.second].site.same(p.site); });
    if (place == last) {
      places.emplace(key(p.site), out.size());
      out.push_back({p.site, value, holds});
      continue;
    }
    // A site that two versions or two moments share: the first that was evaluated.
    auto &at = out[place->second];
    at.value = b_.select(at.evaluated, at.value, value);
    at.evaluated = b_.either(at.evaluated, holds);
  }
  frames_.assign(1, {});
  sites_.clear();
  return out;
}

} // namespace deal::lower
