#include "optimize/speculate.h"
#include <functional>
#include <map>
#include <set>
#include <tuple>

namespace deal::optimize {

using namespace ir;

Function speculate(const Function &from, const std::vector<Location> &known) {
  Function out;
  out.symbol = from.symbol;
  out.shape = from.shape;
  Builder b(out);
  std::set<Location> given(known.begin(), known.end());
  Interval ordinary{-estimated, estimated};
  std::vector<ValueId> place(from.values.size());
  std::map<std::tuple<std::uint32_t, Integer, Rounding>, ValueId> branches; // rounded already
  for (std::size_t i = 0; i < from.values.size(); ++i) {
    auto &v = from.values[i];
    auto o = [&](std::size_t k) { return place[v.operands[k].index]; };
    // A folded operand may stand over a smaller denominator than it did: intervals of numerators move with it.
    auto moved = [&](ValueId x) {
      Rational by(b[x].den, v.den);
      return Interval{ceiling_of(v.range.lo * by), floor_of(v.range.hi * by)};
    };
    // Each branch of a selection is rounded by itself: what is selected is then no wider than its result.
    std::function<ValueId(ValueId, ValueId, const Value &)> rounded = [&](ValueId n, ValueId d, const Value &q) {
      if (!d && b[n].op == Op::select) {
        auto [at, fresh] = branches.try_emplace({n.index, q.den, q.mode});
        auto parts = b[n].operands;
        if (fresh) at->second = b.select(parts[0], rounded(parts[1], d, q), rounded(parts[2], d, q));
        return at->second;
      }
      return b.assume(b.quantize(n, d, q.mode, q.den), ordinary);
    };
    // -x or x: of a product, of its first factor, so that the product stays one.
    std::function<ValueId(ValueId, ValueId)> either_sign = [&](ValueId minus, ValueId x) {
      auto parts = b[x].operands;
      if (b[x].op == Op::mul) return b.mul(either_sign(minus, parts[0]), parts[1]);
      if (b[x].op == Op::over) return b.mul(either_sign(minus, parts[0]), b.number(b[parts[0]].den, b[x].den));
      return b.select(minus, b.negate(x), x);
    };
    auto is_minus = [&](ValueId x, ValueId y) { return b[x].op == Op::sub && b.is_number(b[x].operands[0], 0) && b[x].operands[1] == y; };
    auto make = [&]() -> ValueId {
      switch (v.op) {
      case Op::constant: return b.number(v.number, v.den);
      case Op::truth: return b.truth(v.number != 0);
      case Op::sheet: return b.sheet(o(0), {});
      case Op::load: {
        auto x = b.load(v.at, v.range, v.operands.empty() ? ValueId{} : o(0));
        return v.at.elem == Elem::i64 ? b.assume(x, ordinary) : x;
      }
      case Op::flag: return given.count(v.at) ? b.truth(true) : b.flag(v.at, v.operands.empty() ? ValueId{} : o(0));
      case Op::add: return b.add(o(0), o(1));
      case Op::sub: return b.sub(o(0), o(1));
      case Op::mul: return b.mul(o(0), o(1));
      case Op::over: return b.mul(o(0), b.number(from.values[v.operands[0].index].den, v.den));
      case Op::less: return b.less(o(0), o(1));
      case Op::equal: return b.equal(o(0), o(1));
      case Op::and_: return b.both(o(0), o(1));
      case Op::or_: return b.either(o(0), o(1));
      case Op::not_: return b.negation(o(0));
      case Op::select: return is_minus(o(1), o(2)) ? either_sign(o(0), o(2)) : b.select(o(0), o(1), o(2));
      case Op::fit: return b.fit(o(0), moved(o(0)));
      case Op::assume: return b.assume(o(0), moved(o(0)));
      case Op::quantize: return rounded(o(0), v.operands.size() > 1 ? o(1) : ValueId{}, v);
      case Op::call: {
        std::vector<ValueId> operands;
        for (std::size_t k = 0; k < v.operands.size(); ++k) operands.push_back(o(k));
        return b.call(v.call, std::move(operands), v.range);
      }
      }
      return {};
    };
    place[i] = make();
  }
  for (auto &s : from.stores) b.store(s.at, place[s.value.index]);
  out.result = place[from.result.index];
  return out;
}

} // namespace deal::optimize
