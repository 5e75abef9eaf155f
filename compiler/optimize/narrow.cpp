#include "optimize/narrow.h"
#include "optimize/speculate.h"
#include <fmt/format.h>

namespace deal::optimize {

using namespace ir;

namespace {

// A product as its factors and the constants among them.
std::pair<std::vector<ValueId>, Integer> product(const Function &f, ValueId root) {
  std::pair<std::vector<ValueId>, Integer> out{{}, 1};
  std::vector<ValueId> open{root};
  while (!open.empty()) {
    auto id = open.back();
    open.pop_back();
    auto &x = f.values[id.index];
    if (x.op == Op::mul) open.insert(open.end(), x.operands.begin(), x.operands.end());
    else if (x.op == Op::over) open.push_back(x.operands[0]);
    else if (x.op == Op::constant) out.second *= x.number;
    else out.first.push_back(id);
  }
  return out;
}

struct Steps {
  ValueId x;
  Integer up, down;
};
// x · up / down where the product needs more than 64 bits and its parts do not: x = 2·down·q + r, and the quotient is 2·up·q and what r
// gives. The first part is even and has the sign of the second, so that ties and signs are those of the whole.
std::optional<Steps> steps(const Function &f, const Value &v) {
  if (v.op != Op::quantize || v.operands.size() > 1 || bits_of(v.range) > 62) return std::nullopt;
  auto [factors, known] = product(f, v.operands[0]);
  if (factors.size() != 1 || known == 0 || f.values[factors[0].index].boolean || bits_of(f.values[factors[0].index].range) > 64) return std::nullopt;
  Integer up = known * v.den, down = f.values[v.operands[0].index].den, g = gcd(up, down);
  up /= g, down /= g;
  if (bits_of(scaled(f.values[factors[0].index].range, abs(up))) <= 64 || bits_of(2 * down * abs(up)) > 62) return std::nullopt;
  return Steps{factors[0], up, down};
}

int width_of(int bits) { return bits <= 64 ? 64 : bits <= 128 ? 128 : 256; }

// n/dn ÷ d/dd in units of 1/den: round(n·up ÷ (d·down)), in lowest terms of the static factors.
struct Quotient {
  Integer up, down;
  int bits; // of what is divided, by what, and the result
};
Quotient quotient(const Function &f, const Value &v) {
  auto operand = [&](std::size_t k) -> const Value & { return f.values[v.operands[k].index]; };
  Quotient out{v.den, operand(0).den, 0};
  if (v.operands.size() > 1) out.up *= operand(1).den;
  auto g = gcd(out.up, out.down);
  out.up /= g, out.down /= g;
  auto bottom = v.operands.size() > 1 ? scaled(operand(1).range, out.down) : Interval{out.down, out.down};
  out.bits = std::max({bits_of(scaled(operand(0).range, out.up)), bits_of(bottom), bits_of(v.range)});
  return out;
}

} // namespace

std::string how_divided(const Function &f, const Value &v) {
  auto bits = quotient(f, v).bits;
  return steps(f, v) ? "divided in two steps of 64 bits" : fmt::format("divided in {} bits", width_of(bits));
}

std::vector<bool> reached(const Function &f, Form form) {
  std::vector<bool> live(f.values.size());
  auto mark = [&](ValueId id) { live[id.index] = true; };
  mark(f.result);
  for (auto &s : f.stores) mark(s.value);
  for (std::size_t i = f.values.size(); i-- > 0;) {
    if (!live[i]) continue;
    auto &v = f.values[i];
    if (auto s = form == Form::row ? steps(f, v) : std::nullopt) {
      mark(s->x);
      continue;
    }
    for (auto o : v.operands) {
      if (form == Form::row || v.op != Op::quantize) mark(o);
      else
        for (auto factor : product(f, o).first) mark(factor); // the product itself is never made
    }
  }
  return live;
}

namespace {

class Narrower {
public:
  Narrower(const Function &from, MachineFunction &to, Form form) : from_(from), to_(to), form_(form) {}

  bool run(std::string &why) {
    auto live = reached(from_, form_);
    place_.resize(from_.values.size());
    for (std::size_t i = 0; i < from_.values.size(); ++i) {
      if (!live[i]) continue;
      place_[i] = make(from_.values[i]);
      if (!too_wide_ && !no_form_) continue;
      why = fmt::format("{}: %{} ({}) {}", from_.symbol, i, op_words[static_cast<std::size_t>(from_.values[i].op)],
                        no_form_ ? "has no form in columns" : fmt::format("needs {} bits", too_wide_));
      return false;
    }
    for (auto &s : from_.stores) {
      auto v = at(s.value);
      if (s.at.elem == Elem::i256 && !from_.values[s.value.index].boolean) v = resize(v, 256);
      to_.stores.push_back({s.at, v});
    }
    to_.result = at(from_.result);
    return true;
  }

private:
  struct Sized {
    ValueId id;
    Interval range;
  }; // a machine value and the interval it lies in

  int width_for(const Interval &i) const {
    auto bits = bits_of(i);
    if (form_ == Form::columns && bits <= 32) return 32;
    return width_of(bits);
  }
  ValueId at(ValueId exact) const { return place_[exact.index]; }
  int width(ValueId id) const { return to_.values[id.index].width; }
  ValueId add(MachineValue v) {
    to_.values.push_back(std::move(v));
    return {static_cast<std::uint32_t>(to_.values.size() - 1)};
  }
  ValueId op(MachineOp o, int w, std::vector<ValueId> operands) {
    MachineValue v;
    v.op = o;
    v.width = w;
    v.operands = std::move(operands);
    return add(std::move(v));
  }
  int fitting(const Interval &i) {
    auto bits = bits_of(i);
    if (bits > (form_ == Form::columns ? 64 : widest)) too_wide_ = std::max(too_wide_, bits);
    return width_for(i);
  }
  ValueId constant(const Integer &n, int w) {
    MachineValue v;
    v.number = n;
    v.width = w;
    return add(std::move(v));
  }
  ValueId resize(ValueId id, int w) {
    if (width(id) == w) return id;
    if (to_.values[id.index].op == MachineOp::constant) return constant(to_.values[id.index].number, w);
    return op(width(id) < w ? MachineOp::widen : MachineOp::narrow, w, {id});
  }
  // An operand as a numerator over `den`.
  Sized over(ValueId exact, const Integer &den) {
    auto &v = from_.values[exact.index];
    Integer k = den / v.den;
    auto range = scaled(v.range, k);
    auto id = at(exact);
    if (k == 1) return {id, range};
    auto w = std::max(fitting(range), width(id));
    if (v.op == Op::constant) return {constant(v.number * k, w), range};
    return {op(MachineOp::mul, w, {resize(id, w), constant(k, std::max(w, width_for({0, k})))}), range};
  }
  ValueId binary(MachineOp o, const Sized &a, const Sized &b, const Interval &result, bool boolean) {
    auto w = std::max({fitting(a.range), fitting(b.range), fitting(result)});
    auto id = op(o, boolean ? 1 : w, {resize(a.id, w), resize(b.id, w)});
    return boolean ? id : resize(id, width_for(result));
  }
  static Integer common(const Integer &a, const Integer &b) { return boost::multiprecision::lcm(a, b); }

  ValueId make(const Value &v) {
    auto operand = [&](std::size_t i) -> const Value & { return from_.values[v.operands[i].index]; };
    switch (v.op) {
    case Op::constant: return constant(v.number, fitting(v.range));
    case Op::truth: {
      MachineValue m;
      m.op = MachineOp::truth;
      m.width = 1;
      m.number = v.number;
      return add(std::move(m));
    }
    case Op::load:
    case Op::flag: {
      MachineValue m;
      m.op = v.op == Op::load ? MachineOp::load : MachineOp::flag;
      m.width = v.op == Op::flag ? 1 : form_ == Form::columns && v.at.elem < Elem::i64 ? 32 : 64;
      m.at = v.at;
      for (auto sheet : v.operands) m.operands.push_back(at(sheet));
      return add(std::move(m));
    }
    case Op::add:
    case Op::sub:
      return binary(v.op == Op::add ? MachineOp::add : MachineOp::sub, over(v.operands[0], v.den), over(v.operands[1], v.den), v.range, false);
    case Op::mul: return binary(MachineOp::mul, {at(v.operands[0]), operand(0).range}, {at(v.operands[1]), operand(1).range}, v.range, false);
    case Op::over: return at(v.operands[0]);
    case Op::less:
    case Op::equal: {
      if (operand(0).boolean) { // equal truths
        auto a = at(v.operands[0]), b = at(v.operands[1]);
        return op(MachineOp::equal, 1, {a, b});
      }
      auto den = common(operand(0).den, operand(1).den);
      return binary(v.op == Op::less ? MachineOp::less : MachineOp::equal, over(v.operands[0], den), over(v.operands[1], den), {}, true);
    }
    case Op::and_: return op(MachineOp::and_, 1, {at(v.operands[0]), at(v.operands[1])});
    case Op::or_: return op(MachineOp::or_, 1, {at(v.operands[0]), at(v.operands[1])});
    case Op::not_: return op(MachineOp::not_, 1, {at(v.operands[0])});
    case Op::select: {
      if (v.boolean) return op(MachineOp::select, 1, {at(v.operands[0]), at(v.operands[1]), at(v.operands[2])});
      auto a = over(v.operands[1], v.den), b = over(v.operands[2], v.den);
      auto w = fitting(v.range);
      return op(MachineOp::select, w, {at(v.operands[0]), resize(a.id, w), resize(b.id, w)});
    }
    case Op::fit: {
      auto &x = operand(0);
      auto w = fitting(x.range);
      auto id = resize(at(v.operands[0]), w);
      auto bound = [&](const Integer &n) { return std::min(std::max(n, x.range.lo), x.range.hi); };
      auto below = op(MachineOp::less, 1, {id, constant(bound(v.range.lo), w)}), above = op(MachineOp::less, 1, {constant(bound(v.range.hi), w), id});
      Integer rest = v.range.lo > 0 ? v.range.lo : v.range.hi < 0 ? v.range.hi : Integer(0);
      auto out = op(MachineOp::or_, 1, {below, above});
      return resize(op(MachineOp::select, w, {out, constant(rest, std::max(w, width_for({0, rest}))), id}), width_for(v.range));
    }
    case Op::assume: {
      if (operand(0).op == Op::quantize) return at(v.operands[0]); // the estimate is assumed already
      auto id = op(MachineOp::assume, 64, {resize(at(v.operands[0]), 64)});
      to_.values.back().number = magnitude(v.range);
      return resize(id, width_for(v.range));
    }
    case Op::quantize: {
      if (form_ == Form::columns) return estimate(v);
      if (auto s = steps(from_, v)) return in_steps(*s, v);
      auto [up, down, bits] = quotient(from_, v);
      if (bits > widest) too_wide_ = std::max(too_wide_, bits);
      const int w = width_of(bits);
      auto factor = [&](ValueId id, const Integer &k) { return k == 1 ? resize(id, w) : op(MachineOp::mul, w, {resize(id, w), constant(k, w)}); };
      auto numerator = factor(at(v.operands[0]), up);
      auto denominator = v.operands.size() > 1 ? factor(at(v.operands[1]), down) : constant(down, w);
      auto id = op(MachineOp::round_div, w, {numerator, denominator});
      to_.values.back().mode = v.mode;
      return resize(id, width_for(v.range));
    }
    case Op::call: {
      no_form_ |= form_ == Form::columns;
      std::vector<ValueId> operands;
      for (auto o : v.operands) operands.push_back(resize(at(o), 64));
      auto id = op(MachineOp::call, 64, std::move(operands));
      to_.values.back().call = v.call;
      return id;
    }
    case Op::sheet: return sheet(v);
    }
    return {};
  }

  ValueId sheet(const Value &v) {
    no_form_ |= form_ == Form::columns;
    auto id = op(MachineOp::sheet, 64, {resize(at(v.operands[0]), 64)});
    to_.values.back().number = v.number;
    return id;
  }

  ValueId in_steps(const Steps &s, const Value &v) {
    auto divide = [&](ValueId n, const Integer &d, Rounding mode) {
      auto id = op(MachineOp::round_div, 64, {n, constant(d, 64)});
      to_.values.back().mode = mode;
      return id;
    };
    auto times = [&](ValueId a, const Integer &k) { return op(MachineOp::mul, 64, {a, constant(k, 64)}); };
    auto x = resize(at(s.x), 64);
    auto q = divide(x, s.down * 2, Rounding::down);
    auto r = op(MachineOp::sub, 64, {x, times(q, s.down * 2)});
    return resize(op(MachineOp::add, 64, {times(q, s.up * 2), divide(times(r, s.up), s.down, v.mode)}), width_for(v.range));
  }

  // A product of values that a double holds, over another: the quotient is estimated and corrected. Errors: each product, the quotient and
  // what is made of `up` and `down` round once, by 2^-53 of a result of at most 2^50; with at most four of them (three factors in all) and
  // the rounding to an integer that is at most 1.
  ValueId estimate(const Value &v) {
    MachineValue m;
    m.op = MachineOp::estimate;
    m.mode = v.mode;
    m.up = v.den;
    m.down = from_.values[v.operands[0].index].den;
    if (v.operands.size() > 1) m.up *= from_.values[v.operands[1].index].den;
    Integer last; // the greatest that the last factor may be
    auto take = [&](ValueId root, Integer &constant) {
      auto [factors, known] = product(from_, root);
      constant *= known;
      for (auto id : factors) {
        no_form_ |= width(at(id)) > 64;
        if (no_form_) return;
        m.operands.push_back(within(resize(at(id), 64), from_.values[id.index].range, held - 1));
        last = magnitude(from_.values[id.index].range);
      }
    };
    take(v.operands[0], m.up);
    m.factors = m.operands.size();
    if (v.operands.size() > 1) take(v.operands[1], m.down);
    auto g = gcd(m.up, m.down);
    if (g != 0) m.up /= g, m.down /= g;
    no_form_ |= m.factors == 0 || m.operands.size() > 3 || abs(m.up) >= held || m.down <= 0;
    auto divisors = m.operands.size() - m.factors;
    Integer bottom = divisors > 0 ? magnitude(from_.values[v.operands[1].index].range) * m.down : m.down;
    if (!no_form_ && divisors == 1 && bottom >= held * 4) {
      // Its product with `down` may be rounded too, but is not to wrap.
      auto room = static_cast<int>(msb(Integer((Integer(1) << 61) / m.down + 1)));
      no_form_ |= room < 20;
      m.operands.back() = within(m.operands.back(), {-last, last}, Integer(1) << room);
    } else no_form_ |= bottom >= held * 4;
    if (no_form_) return {};
    if (magnitude(v.range) > estimated) m.number = estimated;
    m.width = 64;
    return resize(add(std::move(m)), std::min(64, width_for(v.range)));
  }
  // The value, watched where it might be larger.
  ValueId within(ValueId x, const Interval &range, const Integer &most) {
    if (magnitude(range) <= most) return x;
    auto out = op(MachineOp::assume, 64, {x});
    to_.values.back().number = most;
    return out;
  }
  static const Integer held; // what a double made of 64 bits by one addition holds

  const Function &from_;
  MachineFunction &to_;
  Form form_;
  std::vector<ValueId> place_;
  int too_wide_ = 0;
  bool no_form_ = false;
};

const Integer Narrower::held = Integer(1) << 51;

} // namespace

std::optional<MachineFunction> narrow(const Function &f, std::string &why, Form form) {
  MachineFunction out;
  out.symbol = f.symbol;
  out.shape = f.shape;
  out.traced = f.traced;
  out.guarded = f.guarded;
  out.sheets = f.sheets;
  out.copied = f.copied;
  if (!Narrower(f, out, form).run(why)) return std::nullopt;
  return out;
}

} // namespace deal::optimize
