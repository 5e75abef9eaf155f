// Exact numbers at compile time.
#pragma once
#include <boost/multiprecision/cpp_int.hpp>

namespace deal {

// Without expression templates: `auto x = a * b` is a number, not a promise that reads a and b later.
using Integer = boost::multiprecision::number<boost::multiprecision::cpp_int_backend<>, boost::multiprecision::et_off>;
using Rational =
    boost::multiprecision::number<boost::multiprecision::rational_adaptor<boost::multiprecision::cpp_int_backend<>>, boost::multiprecision::et_off>;

inline Integer power_of_ten(int n) { return boost::multiprecision::pow(Integer(10), static_cast<unsigned>(n)); }
inline bool is_integral(const Rational &r) { return denominator(r) == 1; }
inline Integer ceiling_of(const Rational &r) {
  Integer q = numerator(r) / denominator(r);
  return q * denominator(r) < numerator(r) ? Integer(q + 1) : q;
}
inline Integer floor_of(const Rational &r) { return -ceiling_of(-r); }

} // namespace deal
