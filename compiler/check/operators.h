// The operators on exact values, for constants. Rounding, dates and day counts by their definitions, not by speed.
#pragma once
#include "check/model.h"

namespace deal::check {

Integer round_to_integer(const Rational &, Rounding); // Java RoundingMode's meanings
// The nearest multiple of 10^-places.
Rational round_to_places(const Rational &, Rounding, int places);

Outcome add_days(std::int32_t day, const Rational &days); // out of range, or not a whole number of days: date out of range
Outcome add_months(std::int32_t day, const Rational &months, bool up);
bool day_exists_after(std::int32_t day, const Integer &months);
Integer whole_in(Unit, const Rational &seconds);
Outcome whole_between(Unit, std::int32_t from, std::int32_t to, bool up);
Rational years_between(std::int32_t from, std::int32_t to, DayCount); // ISDA 2006 section 4.16; [from, to)
Outcome power(const Rational &base, int exponent);

// Periods of the civil calendar, counted from the one that holds 1970-01-01 (weeks begin on Monday, ISO 8601).
std::int32_t period_of(std::int32_t day, Unit);
std::int32_t period_first_day(std::int32_t period, Unit);

// The same of the contract's periods where there is one: counted from the day that contract years begin (M1).
struct Periods {
  std::optional<std::int32_t> contract_from;
  bool up = false; // the first of the next month where a month has no such day
  std::int32_t of(std::int32_t day, Period) const;
  std::int32_t first(std::int32_t period, Period) const;
  std::int32_t last(std::int32_t period, Period each) const { return first(period + 1, each) - 1; }
};
inline Periods periods_of(const Model &m) { return {m.contract_from, m.month_end_up.value_or(false)}; }

// The greatest stored numerator of a type, in units of 10^-scale.
Integer type_limit(const Type &);
// A store: rounded, or exact where there is no rounding; overflow beyond the type, then beyond its declared range.
Outcome store(const Outcome &, const Type &, std::optional<Rounding>);
bool in_range(const Rational &, const Type &);

} // namespace deal::check
