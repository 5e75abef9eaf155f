#include "lower/trace.h"
#include <algorithm>

namespace deal::lower {

ir::ValueId Trace::reached(std::size_t frame, std::vector<ir::ValueId> &known) {
  if (frame == 0) return b_.truth(true);
  if (known[frame]) return known[frame];
  auto any = b_.truth(false);
  for (auto &[reader, condition] : frames_[frame].readers) any = b_.either(any, b_.both(reached(reader, known), condition));
  return known[frame] = any;
}

std::vector<Trace::Noted> Trace::take() {
  std::vector<ir::ValueId> known(frames_.size());
  std::vector<Noted> out;
  for (auto &p : sites_) {
    auto holds = b_.both(reached(p.frame, known), p.condition);
    auto value = b_.select(holds, p.value, b_.number(0));
    auto at = std::find_if(out.begin(), out.end(), [&](auto &n) { return n.site.same(p.site); });
    if (at == out.end()) {
      out.push_back({p.site, value, holds});
    } else { // a site that two versions or two moments share: the first that was evaluated
      at->value = b_.select(at->evaluated, at->value, value);
      at->evaluated = b_.either(at->evaluated, holds);
    }
  }
  frames_.assign(1, {});
  sites_.clear();
  return out;
}

} // namespace deal::lower
