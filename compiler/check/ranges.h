// The specified rule of type ranges (semantics.md rule 3), operator by operator: it alone decides whether an expression is accepted.
#pragma once
#include "check/model.h"
#include "language/interval.h"

namespace deal::check {

// n / den with a static den, or n / d with d in [1, dhi] known only at run time.
struct Range {
  Interval n;
  Integer den = 1;
  bool pair = false;
  Integer dhi = 1;
};

Range range_of(const Type &);
Range range_of(const Rational &);
Range sum(const Range &, const Range &, bool subtract);
Range product(const Range &, const Range &);
Range quotient(const Range &, const Range &);
Range hull(const Range &, const Range &);
int bits(const Range &); // what the widest part needs, sign included
int comparison_bits(const Range &, const Range &);
int store_bits(const Range &, int scale);
bool exact_at(const Range &, int scale); // every value is a multiple of 10^-scale

} // namespace deal::check
