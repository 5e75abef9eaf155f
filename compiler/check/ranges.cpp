#include "check/ranges.h"
#include "check/operators.h"
#include "support/date.h"

namespace deal::check {
namespace {

Integer least_common(const Integer &a, const Integer &b) { return boost::multiprecision::lcm(a, b); }
Interval at(const Range &r, const Integer &den) { return scaled(r.n, den / r.den); }
Integer bottom(const Range &r) { return r.pair ? r.dhi : r.den; }
// The numerator times a run-time denominator in [1, d].
Interval stretched(const Interval &n, const Integer &d) { return n * Interval{1, d}; }
Interval lifted(const Interval &n, const Range &by) { return by.pair ? stretched(n, by.dhi) : scaled(n, by.den); }

} // namespace

Range range_of(const Type &t) {
  switch (t.base) {
  case Type::ratio: return {{-type_limit(t), type_limit(t)}, 1, true, power_of_ten(9)};
  case Type::date: return {{first_day, last_day}, 1, false, 1};
  case Type::months: return {{-Integer(2147483647), 2147483647}, 1, false, 1};
  case Type::integer:
  case Type::decimal:
  case Type::percent:
  case Type::money:
  case Type::duration: {
    auto scale = power_of_ten(t.scale);
    Interval n{-type_limit(t), type_limit(t)};
    if (t.low) n.lo = std::max(n.lo, ceiling_of(*t.low * scale));
    if (t.high) n.hi = std::min(n.hi, floor_of(*t.high * scale));
    return {n, scale, false, 1};
  }
  default: return {{0, 1}, 1, false, 1};
  }
}

Range range_of(const Rational &v) { return {{numerator(v), numerator(v)}, denominator(v), false, 1}; }

Range sum(const Range &a, const Range &b, bool subtract) {
  auto combine = [&](const Interval &x, const Interval &y) { return subtract ? x - y : x + y; };
  if (!a.pair && !b.pair) {
    auto den = least_common(a.den, b.den);
    return {combine(at(a, den), at(b, den)), den, false, 1};
  }
  return {combine(lifted(a.n, b), lifted(b.n, a)), 1, true, bottom(a) * bottom(b)};
}

Range product(const Range &a, const Range &b) {
  auto n = a.n * b.n;
  if (!a.pair && !b.pair) return {n, a.den * b.den, false, 1};
  return {n, 1, true, bottom(a) * bottom(b)};
}

Range quotient(const Range &a, const Range &b) {
  if (!b.pair && b.n.lo == b.n.hi && b.n.lo != 0) return product(a, range_of(Rational(b.den, 1) / Rational(b.n.lo, 1)));
  auto n = lifted(a.n, b);
  if (b.n.lo < 0) n = hull(n, Interval{-n.hi, -n.lo});
  return {n, 1, true, bottom(a) * std::max(Integer(1), magnitude(b.n))};
}

Range hull(const Range &a, const Range &b) {
  if (!a.pair && !b.pair) {
    auto den = least_common(a.den, b.den);
    return {deal::hull(at(a, den), at(b, den)), den, false, 1};
  }
  return {deal::hull(a.n, b.n), 1, true, std::max(bottom(a), bottom(b))};
}

int bits(const Range &r) { return std::max(bits_of(r.n), r.pair ? bits_of(r.dhi) : 1); }

int comparison_bits(const Range &a, const Range &b) {
  if (!a.pair && !b.pair) {
    auto den = least_common(a.den, b.den);
    return std::max(bits_of(at(a, den)), bits_of(at(b, den)));
  }
  return std::max(bits_of(lifted(a.n, b)), bits_of(lifted(b.n, a)));
}

int store_bits(const Range &r, int scale) {
  auto ten = power_of_ten(scale);
  if (r.pair) return std::max(bits_of(scaled(r.n, ten)), bits_of(r.dhi));
  return bits_of(scaled(r.n, ten / gcd(ten, r.den)));
}

bool exact_at(const Range &r, int scale) { return !r.pair && power_of_ten(scale) % r.den == 0; }

} // namespace deal::check
