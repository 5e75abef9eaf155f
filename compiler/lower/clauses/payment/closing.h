// The periods of a payment that close (semantics.md rule 7, M2): which have, and until when an event for one is taken.
#pragma once
#include "lower/clauses/payment/stages.h"

namespace deal::lower {

// For how many periods an event can still come.
int open_at_once(const PaymentVersion &shape, Period each);

class Closing {
public:
  // `reckon`: what its close earns, if anything; a period's index, and the boundary's being the one at hand.
  using Reckon = std::function<void(Body &, const Closing &, ValueId period, ValueId mine)>;
  Closing(Program &, ClauseId, const Payment &, Period each, Reckon);

  const Period each;
  ValueId closed(Body &, ValueId period) const;
  ValueId refuses(Body &, ValueId day) const; // an event for it
  ValueId first(Body &body) const { return body.load(*first_); } // of a payment that accumulates: the period that it begins in
  ValueId day(Body &, ValueId period) const;                      // on which it closes
  void start(Body &, ValueId day, std::map<std::size_t, ValueId> &first) const;

private:
  int wait() const { return shape_.closes ? shape_.closes->count : 0; }
  ValueId next(Body &) const; // the first that is open

  const PaymentVersion &shape_;
  std::int32_t from_; // of the payment's first version
  std::size_t closed_;
  std::optional<std::size_t> first_;
};

} // namespace deal::lower
