// The oracle's own arithmetic, by the words of semantics.md: rounding, stores, dates, periods, day counts, powers. Nothing of
// check/operators and nothing of support/date; what the two must agree on is the rules, not the code.
#pragma once
#include "check/model.h"

namespace deal::oracle {

using check::Outcome;
using check::Type;

// Rules 1 and 2: the nearest multiple of 10^-places, by the mode, of the exact value.
Rational round_to_places(const Rational &, Rounding, int places);
// Rules 1, 2 and 29: rounded to the type's places, or exact where there is no mode; overflow beyond the type or its declared range.
Outcome store(const Outcome &, const Type &, std::optional<Rounding>);

// Rule 32, on days since 1970-01-01 of the years 1 to 9999.
Outcome add_days(std::int32_t day, const Rational &days);
Outcome add_months(std::int32_t day, const Rational &months, bool up);
Integer whole_in(Unit, const Rational &seconds);
Outcome whole_between(Unit, std::int32_t from, std::int32_t to, bool up);
int year_of(std::int32_t day);

// Rule 7: periods of the civil calendar, counted from the one that holds 1970-01-01; weeks begin on Monday.
std::int32_t period_of(std::int32_t day, Unit);
std::int32_t period_first_day(std::int32_t period, Unit);
std::int32_t period_last_day(std::int32_t period, Unit);

// Rule 14: ISDA 2006 section 4.16, the start counts and the end does not.
Rational years_between(std::int32_t from, std::int32_t to, DayCount);
// Rule 13: the exact power.
Outcome power(const Rational &, int exponent);

} // namespace deal::oracle
