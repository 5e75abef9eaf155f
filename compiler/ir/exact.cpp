#include "ir/exact.h"
#include "support/result.h"
#include <fmt/format.h>

namespace deal::ir {
namespace {

Integer lcm_of(const Integer &a, const Integer &b) { return boost::multiprecision::lcm(a, b); }

// What tells two values apart: of some operations the denominator or the interval follows from the operands.
bool den_matters(const Value &v) { return v.op == Op::quantize || v.op == Op::constant || v.op == Op::over; }
bool range_matters(const Value &v) { return v.op == Op::fit || v.op == Op::load || v.op == Op::assume; }

std::size_t hash_of(const Value &v) {
  std::size_t h = static_cast<std::size_t>(v.op) * 2 + v.boolean;
  auto mix = [&](std::size_t x) { h = (h ^ x) * 0x9E3779B97F4A7C15u, h ^= h >> 29; };
  mix(static_cast<std::size_t>(v.at.region) << 40 | static_cast<std::size_t>(v.at.offset) << 8 | static_cast<std::size_t>(v.at.elem));
  mix(static_cast<std::size_t>(v.mode) * 64 + static_cast<std::size_t>(v.call));
  for (auto o : v.operands) mix(o.index);
  if (v.op == Op::constant || v.op == Op::truth || v.op == Op::sheet) mix(hash_value(v.number));
  if (den_matters(v)) mix(hash_value(v.den));
  if (range_matters(v)) mix(hash_value(v.range.lo)), mix(hash_value(v.range.hi));
  return h;
}

bool same(const Value &a, const Value &b) {
  return a.op == b.op && a.boolean == b.boolean && a.at == b.at && a.mode == b.mode && a.call == b.call && a.operands == b.operands &&
         a.number == b.number && (!den_matters(a) || a.den == b.den) && (!range_matters(a) || a.range == b.range);
}

} // namespace

ValueId Builder::add_value(Value v) {
  if (v.op != Op::constant && !v.boolean && v.range.lo == v.range.hi) return number(v.range.lo, v.den);
  auto hash = hash_of(v);
  auto [at, end] = same_.equal_range(hash);
  for (; at != end; ++at)
    if (same(f_.values[at->second.index], v)) return at->second;
  ValueId id{static_cast<std::uint32_t>(f_.values.size())};
  same_.emplace(hash, id);
  f_.values.push_back(std::move(v));
  return id;
}

ValueId Builder::number(const Integer &n, const Integer &den) {
  auto g = gcd(n, den);
  Value v;
  v.number = g == 0 ? n : Integer(n / g);
  v.den = g == 0 ? den : Integer(den / g);
  v.range = {v.number, v.number};
  return add_value(std::move(v));
}

ValueId Builder::truth(bool b) {
  Value v;
  v.op = Op::truth;
  v.boolean = true;
  v.number = b ? 1 : 0;
  return add_value(std::move(v));
}

std::optional<bool> Builder::known(ValueId id) const {
  auto &v = f_.values[id.index];
  return v.op == Op::truth ? std::optional(v.number != 0) : std::nullopt;
}

bool Builder::is_number(ValueId id, const Integer &n) const {
  auto &v = f_.values[id.index];
  return v.op == Op::constant && v.number == n && v.den == 1;
}

ValueId Builder::load(Location at, Interval range, ValueId sheet) {
  Value v;
  v.op = Op::load;
  v.at = at;
  if (sheet) v.operands = {sheet};
  v.range = std::move(range);
  return add_value(std::move(v));
}

ValueId Builder::flag(Location at, ValueId sheet) {
  Value v;
  v.op = Op::flag;
  v.boolean = true;
  v.at = at;
  if (sheet) v.operands = {sheet};
  return add_value(std::move(v));
}

ValueId Builder::sheet(ValueId day, std::vector<std::uint8_t> readings) {
  Value v;
  v.op = Op::sheet;
  v.operands = {day};
  v.number = f_.sheets.size();
  v.range = {0, 1};
  f_.sheets.push_back({{}, std::move(readings)});
  return add_value(std::move(v));
}

std::pair<Interval, Interval> Builder::aligned(ValueId a, ValueId b) const {
  auto &x = f_.values[a.index], &y = f_.values[b.index];
  auto den = lcm_of(x.den, y.den);
  return {scaled(x.range, den / x.den), scaled(y.range, den / y.den)};
}

ValueId Builder::add(ValueId a, ValueId b) {
  if (is_number(a, 0)) return b;
  if (is_number(b, 0)) return a;
  auto [x, y] = aligned(a, b);
  Value v;
  v.op = Op::add;
  v.operands = {a, b};
  v.range = x + y;
  v.den = lcm_of((*this)[a].den, (*this)[b].den);
  return add_value(std::move(v));
}

ValueId Builder::sub(ValueId a, ValueId b) {
  if (is_number(b, 0)) return a;
  if (a == b) return number(0);
  auto [x, y] = aligned(a, b);
  Value v;
  v.op = Op::sub;
  v.operands = {a, b};
  v.range = x - y;
  v.den = lcm_of((*this)[a].den, (*this)[b].den);
  return add_value(std::move(v));
}

ValueId Builder::mul(ValueId a, ValueId b) {
  if ((*this)[a].op == Op::constant && (*this)[b].op != Op::constant) std::swap(a, b);
  if (is_number(b, 1)) return a;
  if (auto &k = (*this)[b]; k.op == Op::constant && k.number != 0 && (k.den != 1 || gcd(k.number, (*this)[a].den) != 1)) {
    // A constant factor first cancels against the static denominator: what is left is the same numerator over another one.
    auto g = gcd(k.number, (*this)[a].den);
    auto rest = number(k.number / g);
    return mul(over(a, (*this)[a].den / g * k.den), rest);
  }
  Value v;
  v.op = Op::mul;
  v.operands = {a, b};
  v.range = (*this)[a].range * (*this)[b].range;
  v.den = (*this)[a].den * (*this)[b].den;
  return add_value(std::move(v));
}

ValueId Builder::over(ValueId a, const Integer &den) {
  auto *x = &(*this)[a];
  if (x->op == Op::over) a = x->operands[0], x = &(*this)[a];
  if (x->den == den) return a;
  if (x->op == Op::constant) return number(x->number, den);
  Value v;
  v.op = Op::over;
  v.operands = {a};
  v.range = x->range;
  v.den = den;
  return add_value(std::move(v));
}

ValueId Builder::less(ValueId a, ValueId b) {
  auto [x, y] = aligned(a, b);
  if (x.hi < y.lo) return truth(true);
  if (x.lo >= y.hi || a == b) return truth(false);
  Value v;
  v.op = Op::less;
  v.boolean = true;
  v.operands = {a, b};
  return add_value(std::move(v));
}

ValueId Builder::less_equal(ValueId a, ValueId b) { return negation(less(b, a)); }

ValueId Builder::equal(ValueId a, ValueId b) {
  if (a == b) return truth(true);
  if ((*this)[a].boolean) {
    if (auto k = known(a)) return *k ? b : negation(b);
    if (auto k = known(b)) return *k ? a : negation(a);
  } else {
    auto [x, y] = aligned(a, b);
    if (x.hi < y.lo || y.hi < x.lo) return truth(false);
    if (x == y && x.lo == x.hi) return truth(true);
  }
  Value v;
  v.op = Op::equal;
  v.boolean = true;
  v.operands = {a, b};
  return add_value(std::move(v));
}

// `and` is neutral in true, `or` in false.
ValueId Builder::logic(Op op, ValueId a, ValueId b) {
  bool neutral = op == Op::and_;
  if (auto k = known(a)) return *k == neutral ? b : a;
  if (auto k = known(b)) return *k == neutral ? a : b;
  if (a == b) return a;
  Value v;
  v.op = op;
  v.boolean = true;
  v.operands = {a, b};
  return add_value(std::move(v));
}

ValueId Builder::negation(ValueId a) {
  if (auto k = known(a)) return truth(!*k);
  if ((*this)[a].op == Op::not_) return (*this)[a].operands[0];
  Value v;
  v.op = Op::not_;
  v.boolean = true;
  v.operands = {a};
  return add_value(std::move(v));
}

ValueId Builder::select(ValueId c, ValueId a, ValueId b) {
  if (auto k = known(c)) return *k ? a : b;
  if (a == b) return a;
  if ((*this)[a].boolean) {
    if (auto k = known(a)) return *k ? either(c, b) : both(negation(c), b);
    if (auto k = known(b)) return *k ? either(negation(c), a) : both(c, a);
  }
  if ((*this)[c].op == Op::not_) return select((*this)[c].operands[0], b, a);
  Value v;
  v.op = Op::select;
  v.boolean = (*this)[a].boolean;
  v.operands = {c, a, b};
  if (!v.boolean) {
    auto [x, y] = aligned(a, b);
    v.range = hull(x, y);
    v.den = lcm_of((*this)[a].den, (*this)[b].den);
  }
  return add_value(std::move(v));
}

ValueId Builder::inside(ValueId x, const Interval &i) {
  auto den = (*this)[x].den;
  return both(less_equal(number(i.lo, den), x), less_equal(x, number(i.hi, den)));
}

ValueId Builder::fit(ValueId x, Interval i) {
  auto &r = (*this)[x].range;
  if (i.lo <= r.lo && r.hi <= i.hi) return x;
  Value v;
  v.op = Op::fit;
  v.operands = {x};
  // What x can be inside, and what stands for the rest; cutting x to this is the same as cutting it to the interval.
  Integer rest = i.lo > 0 ? i.lo : i.hi < 0 ? i.hi : Integer(0);
  Interval inside{std::max(i.lo, r.lo), std::min(i.hi, r.hi)};
  v.range = inside.lo <= inside.hi ? hull(inside, {rest, rest}) : Interval{rest, rest};
  v.den = (*this)[x].den;
  return add_value(std::move(v));
}

ValueId Builder::assume(ValueId x, Interval i) {
  auto &r = (*this)[x].range;
  if (i.lo <= r.lo && r.hi <= i.hi) return x;
  Value v;
  v.op = Op::assume;
  v.operands = {x};
  v.range = {std::max(i.lo, r.lo), std::min(i.hi, r.hi)};
  v.den = (*this)[x].den;
  return add_value(std::move(v));
}

ValueId Builder::quantize(ValueId n, ValueId d, Rounding mode, const Integer &den) {
  auto &x = (*this)[n];
  auto exact = [&](ValueId id) { return den % (*this)[id].den == 0; };
  if (!d && exact(n)) return n;
  // Where one branch is exact, the other is rounded by itself: what is divided is then a plain product (optimize/narrow.cpp).
  if (!d && x.op == Op::select && (exact(x.operands[1]) || exact(x.operands[2]))) {
    auto parts = x.operands;
    return select(parts[0], quantize(parts[1], {}, mode, den), quantize(parts[2], {}, mode, den));
  }
  Value v;
  v.op = Op::quantize;
  v.operands = {n};
  if (d) v.operands.push_back(d);
  v.mode = mode;
  v.den = den;
  // |n / d| never exceeds |n| over the least d.
  const Integer &under = x.den;
  Integer times = d ? Integer(den * (*this)[d].den) : den;
  v.range = {floor_of(Rational(x.range.lo * times, under)), ceiling_of(Rational(x.range.hi * times, under))};
  if (d) v.range = hull(v.range, Interval{0, 0});
  return add_value(std::move(v));
}

ValueId Builder::call(Call fn, std::vector<ValueId> operands, Interval range) {
  Value v;
  v.op = Op::call;
  v.call = fn;
  v.operands = std::move(operands);
  v.range = std::move(range);
  return add_value(std::move(v));
}

std::string print(const Function &f) {
  static constexpr std::string_view regions[] = {"parameters", "facts", "readings", "state",      "event",
                                                 "question",   "today", "value",    "next_state", "trace", "frame"};
  static constexpr std::string_view elems[] = {"i8", "i32", "i64", "i256"};
  auto place = [](const Location &l) {
    return fmt::format("{}+{}:{}", regions[static_cast<std::size_t>(l.region)], l.offset, elems[static_cast<std::size_t>(l.elem)]);
  };
  auto out = fmt::format("function {}\n", f.symbol);
  for (std::size_t i = 0; i < f.values.size(); ++i) {
    auto &v = f.values[i];
    out += fmt::format("  %{} = {}", i, op_words[static_cast<std::size_t>(v.op)]);
    if (v.op == Op::quantize) out += fmt::format(" {}", rounding_words[static_cast<std::size_t>(v.mode)]);
    if (v.op == Op::call) out += fmt::format(" {}", call_symbols[static_cast<std::size_t>(v.call)]);
    for (auto o : v.operands) out += fmt::format(" %{}", o.index);
    if (v.op == Op::truth) out += v.number != 0 ? " true" : " false";
    if (v.op == Op::constant) out += fmt::format(" {}", v.number.str());
    if (v.op == Op::load || v.op == Op::flag) out += " " + place(v.at);
    if (v.op == Op::sheet) out += fmt::format(" {}: definitions {}", v.number.str(), fmt::join(f.sheets[static_cast<std::size_t>(v.number)].wanted, " "));
    if (!v.boolean) {
      if (v.op != Op::constant) out += fmt::format("  in [{}, {}]", v.range.lo.str(), v.range.hi.str());
      if (v.den != 1) out += fmt::format(" / {}", v.den.str());
    }
    out += "\n";
  }
  if (f.copied > 0) out += "  copy the state\n";
  for (auto &s : f.stores) out += fmt::format("  store {} %{}\n", place(s.at), s.value.index);
  return out + fmt::format("  return %{}\n", f.result.index);
}

} // namespace deal::ir
