// Intervals of integers: the one rule by which check accepts and the exact IR sizes its values.
#pragma once
#include "support/exact.h"
#include <algorithm>

namespace deal {

struct Interval {
  Integer lo = 0, hi = 0;
  friend bool operator==(const Interval &, const Interval &) = default;
};

inline Interval operator+(const Interval &a, const Interval &b) { return {a.lo + b.lo, a.hi + b.hi}; }
inline Interval operator-(const Interval &a, const Interval &b) { return {a.lo - b.hi, a.hi - b.lo}; }
inline Interval operator*(const Interval &a, const Interval &b) {
  Integer p[] = {a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi};
  return {*std::min_element(p, p + 4), *std::max_element(p, p + 4)};
}
inline Interval hull(const Interval &a, const Interval &b) { return {std::min(a.lo, b.lo), std::max(a.hi, b.hi)}; }
inline Interval scaled(const Interval &a, const Integer &k) { return {a.lo * k, a.hi * k}; } // k >= 0
inline Integer magnitude(const Interval &a) { return std::max(Integer(abs(a.lo)), Integer(abs(a.hi))); }

inline int bits_of(const Integer &magnitude) { return magnitude == 0 ? 1 : static_cast<int>(msb(magnitude)) + 2; } // sign included
inline int bits_of(const Interval &a) {                                                                            // two's complement
  return std::max(bits_of(a.hi < 0 ? Integer(0) : a.hi), bits_of(a.lo < 0 ? Integer(-a.lo - 1) : Integer(0)));
}

inline constexpr int widest = 256;

} // namespace deal
