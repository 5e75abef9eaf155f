// What the stages of a payment have in common that go by periods: sums of those that are open, and the parts of one that versions cover.
#pragma once
#include "lower/clauses/payment/closing.h"

namespace deal::lower {

// A sum for each period that is still open. A place belongs to the period that it names; any other content of it has closed.
class PeriodSums {
public:
  PeriodSums(Program &, const std::string &name, int count, const ValueType &);
  struct Place {
    std::vector<ValueId> mine; // which place the period has
    ValueId sum;               // what it holds for it
  };
  Place at(Body &, ValueId period) const;
  void keep(Passing &, const Place &, ValueId period, ValueId sum) const; // where the payment applies
  void start(Body &, std::map<std::size_t, ValueId> &first) const;

private:
  struct Sum {
    std::size_t period, sum;
  };
  std::vector<Sum> sums_;
};

// A part of a period: from a day on, on which a version of the clause, or of what its amounts read, begins, through that before the next one; as
// far as the term goes.
struct Piece {
  const Version *version;
  std::int32_t at;
  ValueId days, last; // days: 0 where it has none in the period
};
// `read`: the terms of a version whose changes count.
std::vector<Piece> pieces_of(Body &, const Clause &, ValueId first, ValueId last, std::vector<TermId> (*read)(const Version &));

} // namespace deal::lower
