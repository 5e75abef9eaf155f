#include "oracle/arithmetic.h"

namespace deal::oracle {
namespace {

using check::Value;

constexpr std::int64_t earliest = -719162, latest = 2932896; // 0001-01-01, 9999-12-31

Outcome ok(Value v) { return {Status::ok, std::move(v)}; }
Outcome fail(Status s) { return {s, false}; }

Integer tens(int n) {
  Integer out = 1;
  for (; n > 0; --n) out *= 10;
  return out;
}

// The greatest whole number that is not above it.
Integer below(const Rational &r) {
  Integer n = numerator(r), d = denominator(r), q = n / d;
  while (q * d > n) --q;
  return q;
}

bool leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }
int length(int year, int month) {
  static constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && leap(year) ? 29 : days[month - 1];
}
// Days from 0001-01-01 to the first of the year, by its leap years.
std::int64_t before_year(int year) {
  std::int64_t y = year - 1;
  return 365 * y + y / 4 - y / 100 + y / 400;
}

struct Civil {
  int year, month, day;
};
Civil civil(std::int32_t day) {
  auto n = day - earliest;
  int year = static_cast<int>(n / 366) + 1; // never above it
  while (before_year(year + 1) <= n) ++year;
  auto rest = static_cast<int>(n - before_year(year));
  int month = 1;
  for (; rest >= length(year, month); ++month) rest -= length(year, month);
  return {year, month, rest + 1};
}
std::int32_t day_of(int year, int month, int day) {
  auto n = before_year(year) + day - 1;
  for (int m = 1; m < month; ++m) n += length(year, m);
  return static_cast<std::int32_t>(n + earliest);
}

// Months, quarters and years as so many months.
int months_in(Unit u) { return u == Unit::month ? 1 : u == Unit::quarter ? 3 : 12; }
std::int64_t seconds_in(Unit u) {
  switch (u) {
  case Unit::second: return 1;
  case Unit::minute: return 60;
  case Unit::hour: return 60 * 60;
  case Unit::day: return 24 * 60 * 60;
  default: return 7 * 24 * 60 * 60;
  }
}
bool of_calendar(Unit u) { return u == Unit::month || u == Unit::quarter || u == Unit::year; }

int floor_of(int a, int b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

// The first of the month that lies so many months after January 1970.
std::int32_t first_of_month(int months) { return day_of(1970 + floor_of(months, 12), months - 12 * floor_of(months, 12) + 1, 1); }

// Whether the mode takes the upper of the two neighbours, `rest` above the lower; it is neither of them.
bool takes_upper(const Integer &lower, const Rational &rest, Rounding mode) {
  bool negative = lower < 0;
  Rational half(1, 2);
  switch (mode) {
  case Rounding::ceiling: return true;
  case Rounding::floor: return false;
  case Rounding::up: return !negative; // away from zero
  case Rounding::down: return negative;
  case Rounding::half_up: return rest > half || (rest == half && !negative);
  case Rounding::half_down: return rest > half || (rest == half && negative);
  case Rounding::half_even: return rest > half || (rest == half && lower % 2 != 0);
  }
  return false;
}

} // namespace

Rational round_to_places(const Rational &r, Rounding mode, int places) {
  auto unit = tens(places);
  Rational scaled = r * Rational(unit);
  auto lower = below(scaled);
  Rational rest = scaled - Rational(lower);
  if (rest != 0 && takes_upper(lower, rest, mode)) ++lower;
  return Rational(lower, unit);
}

Outcome store(const Outcome &o, const Type &t, std::optional<Rounding> mode) {
  if (o.status != Status::ok || !std::holds_alternative<Rational>(o.value)) return o;
  auto v = std::get<Rational>(o.value);
  auto size = v < 0 ? Rational(-v) : v;
  auto digits = [&](const Integer &most) { return size * Rational(tens(t.scale)) <= Rational(most); };
  bool fits = true;
  switch (t.base) {
  case Type::percent:
  case Type::integer:
  case Type::decimal:
  case Type::money:
  case Type::duration:
    if (mode) v = round_to_places(v, *mode, t.scale), size = v < 0 ? Rational(-v) : v;
    fits = t.base == Type::percent ? size <= 1000 : digits(tens(18) - 1); // 100,000%; 18 digits
    break;
  case Type::ratio: fits = denominator(v) <= tens(9) && numerator(size) < tens(18); break;
  case Type::months: fits = size < Rational(Integer(1) << 31); break;
  default: break;
  }
  if (t.low && v < *t.low) fits = false;
  if (t.high && v > *t.high) fits = false;
  return fits ? ok(v) : fail(Status::overflow);
}

Outcome add_days(std::int32_t day, const Rational &days) {
  Rational sum = days + day;
  if (denominator(sum) != 1 || sum < earliest || sum > latest) return fail(Status::date_out_of_range);
  return ok(sum);
}

Outcome add_months(std::int32_t day, const Rational &months, bool up) {
  if (denominator(months) != 1 || months > 240000 || months < -240000) return fail(Status::date_out_of_range);
  auto d = civil(day);
  auto index = (d.year - 1970) * 12 + d.month - 1 + static_cast<int>(numerator(months));
  auto year = 1970 + floor_of(index, 12), month = index - 12 * floor_of(index, 12) + 1;
  if (year < 1 || year > 9999) return fail(Status::date_out_of_range);
  auto last = length(year, month);
  if (d.day <= last) return ok(Rational(day_of(year, month, d.day)));
  return up ? add_days(day_of(year, month, last), 1) : ok(Rational(day_of(year, month, last)));
}

Integer whole_in(Unit unit, const Rational &seconds) {
  auto whole = [&](const Rational &positive) { return below(positive / Rational(seconds_in(unit))); };
  return seconds < 0 ? Integer(-whole(-seconds)) : whole(seconds);
}

Outcome whole_between(Unit unit, std::int32_t from, std::int32_t to, bool up) {
  if (!of_calendar(unit)) return ok(Rational(whole_in(unit, (Rational(to) - from) * 86400)));
  if (to < from) {
    auto mirrored = whole_between(unit, to, from, up);
    return ok(Rational(-std::get<Rational>(mirrored.value)));
  }
  auto reached = [&](int n) {
    auto at = add_months(from, n * months_in(unit), up);
    return at.status == Status::ok && std::get<Rational>(at.value) <= to;
  };
  int low = 0, high = 120000; // reached, not reached
  while (high - low > 1) (reached((low + high) / 2) ? low : high) = (low + high) / 2;
  return ok(Rational(low));
}

int year_of(std::int32_t day) { return civil(day).year; }

std::int32_t period_of(std::int32_t day, Unit unit) {
  if (unit == Unit::day) return day;
  if (unit == Unit::week) return floor_of(day + 3, 7); // 1969-12-29 was a Monday
  auto d = civil(day);
  return floor_of((d.year - 1970) * 12 + d.month - 1, months_in(unit));
}

std::int32_t period_first_day(std::int32_t period, Unit unit) {
  if (unit == Unit::day) return period;
  if (unit == Unit::week) return 7 * period - 3;
  return first_of_month(period * months_in(unit));
}

std::int32_t period_last_day(std::int32_t period, Unit unit) { return period_first_day(period + 1, unit) - 1; }

Rational years_between(std::int32_t from, std::int32_t to, DayCount convention) {
  if (convention == DayCount::act_365f) return Rational(to - from, 365);
  if (convention == DayCount::act_360) return Rational(to - from, 360);
  if (convention == DayCount::act_act) {
    std::int64_t in_leap = 0, in_other = 0, sign = from <= to ? 1 : -1;
    for (int y = year_of(std::min(from, to)); y <= year_of(std::max(from, to)); ++y) {
      auto first = std::max<std::int64_t>(std::min(from, to), day_of(y, 1, 1));
      auto end = std::min<std::int64_t>(std::max(from, to), day_of(y, 12, 31) + std::int64_t(1));
      (leap(y) ? in_leap : in_other) += end - first;
    }
    return Rational(sign * in_leap, 366) + Rational(sign * in_other, 365);
  }
  auto a = civil(from), b = civil(to);
  // 4.16(f): the last day counts as the 30th only where the first is the 30th or 31st; 4.16(g), the European one: always.
  auto first = std::min(a.day, 30);
  auto last = b.day == 31 && (convention == DayCount::thirty_e_360 || first == 30) ? 30 : b.day;
  return Rational((b.year - a.year) * 360 + (b.month - a.month) * 30 + last - first, 360);
}

Outcome power(const Rational &base, int exponent) {
  if (base == 0 && exponent < 0) return fail(Status::division_by_zero);
  Rational out = 1, square = base;
  for (unsigned n = static_cast<unsigned>(exponent < 0 ? -exponent : exponent); n > 0; n /= 2) {
    if (n % 2) out *= square;
    square *= square;
  }
  return ok(exponent < 0 ? Rational(1 / out) : out);
}

} // namespace deal::oracle
