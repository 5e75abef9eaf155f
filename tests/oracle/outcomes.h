// Short words for what every file of the oracle says.
#pragma once
#include "check/model.h"

namespace deal::oracle {

inline const Rational &num(const check::Outcome &o) { return std::get<Rational>(o.value); }
inline bool truth(const check::Outcome &o) { return std::get<bool>(o.value); }
inline check::Outcome ok(check::Value v) { return {Status::ok, std::move(v)}; }
inline check::Outcome fail(Status s) { return {s, false}; }

// The first version that pays; none of a clause that never does.
inline const check::PaymentVersion *any_payment(const check::Clause &c) {
  for (auto &v : c.versions)
    if (auto *p = payment_in(v)) return p;
  return nullptr;
}
// What its amounts are: money of its currency, without a range.
inline check::Type money(const check::Model &m, const check::PaymentVersion &p) {
  auto t = m.type(p.amount);
  t.bare = false;
  t.low = t.high = std::nullopt;
  return t;
}

} // namespace deal::oracle
