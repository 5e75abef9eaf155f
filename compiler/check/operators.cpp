#include "check/operators.h"
#include "support/date.h"

namespace deal::check {

Integer round_to_integer(const Rational &r, Rounding mode) {
  Integer down = numerator(r) / denominator(r); // toward zero
  Rational rest = r - Rational(down);
  if (rest == 0) return down;
  Integer away = r < 0 ? Integer(down - 1) : Integer(down + 1);
  Rational twice = rest < 0 ? Rational(-2 * rest) : Rational(2 * rest);
  switch (mode) {
  case Rounding::up: return away;
  case Rounding::down: return down;
  case Rounding::ceiling: return r > 0 ? away : down;
  case Rounding::floor: return r < 0 ? away : down;
  default: break;
  }
  if (twice != 1) return twice > 1 ? away : down;
  if (mode == Rounding::half_up) return away;
  if (mode == Rounding::half_down) return down;
  return down % 2 == 0 ? down : away;
}

Rational round_to_places(const Rational &r, Rounding mode, int places) {
  auto scale = power_of_ten(places);
  return Rational(round_to_integer(r * scale, mode), scale);
}

Outcome add_days(std::int32_t day, const Rational &days) {
  if (!is_integral(days)) return {Status::date_out_of_range, false};
  Integer sum = day + numerator(days);
  if (sum < first_day || sum > last_day) return {Status::date_out_of_range, false};
  return {Status::ok, Rational(sum)};
}

bool day_exists_after(std::int32_t day, const Integer &months) {
  auto a = add_months(day, months, false), b = add_months(day, months, true);
  return a.status == Status::ok && b.status == Status::ok && a.value == b.value;
}

Outcome add_months(std::int32_t day, const Rational &months, bool up) {
  constexpr Status out = Status::date_out_of_range;
  if (!is_integral(months) || abs(numerator(months)) > 240000) return {out, false};
  auto d = civil(day);
  auto index = static_cast<int>(d.year()) * 12 + static_cast<int>(static_cast<unsigned>(d.month())) - 1 + static_cast<int>(numerator(months));
  if (index < 12 || index >= 120000) return {out, false};
  int y = index / 12;
  auto m = static_cast<unsigned>(index % 12) + 1;
  if (auto same = day_of(y, m, static_cast<unsigned>(d.day()))) return {Status::ok, Rational(*same)};
  std::chrono::year_month_day_last end{std::chrono::year(y) / std::chrono::month(m) / std::chrono::last};
  auto last = static_cast<std::int32_t>(std::chrono::sys_days(end).time_since_epoch().count());
  if (up && last + 1 > last_day) return {out, false};
  return {Status::ok, Rational(up ? last + 1 : last)};
}

Integer whole_in(Unit unit, const Rational &seconds) {
  Rational q = seconds / Rational(unit_sizes[static_cast<std::size_t>(unit)]);
  return numerator(q) / denominator(q);
}

Outcome whole_between(Unit unit, std::int32_t from, std::int32_t to, bool up) {
  auto size = unit_sizes[static_cast<std::size_t>(unit)];
  if (!is_calendar(unit)) return {Status::ok, Rational(whole_in(unit, Rational(Integer(to) - from) * 86400))};
  if (to < from) {
    auto mirrored = whole_between(unit, to, from, up);
    return {Status::ok, -std::get<Rational>(mirrored.value)};
  }
  auto a = civil(from), b = civil(to);
  int months = (static_cast<int>(b.year()) - static_cast<int>(a.year())) * 12 + static_cast<int>(static_cast<unsigned>(b.month())) -
               static_cast<int>(static_cast<unsigned>(a.month()));
  int n = static_cast<int>(months / size) + 1;
  for (; n > 0; --n) {
    auto moved = add_months(from, n * size, up);
    if (moved.status == Status::ok && std::get<Rational>(moved.value) <= to) break;
  }
  return {Status::ok, Rational(n)};
}

Rational years_between(std::int32_t from, std::int32_t to, DayCount convention) {
  auto a = civil(from), b = civil(to);
  auto parts = [](auto d) {
    return std::array<int, 3>{static_cast<int>(d.year()), static_cast<int>(static_cast<unsigned>(d.month())),
                              static_cast<int>(static_cast<unsigned>(d.day()))};
  };
  auto [y1, m1, d1] = parts(a);
  auto [y2, m2, d2] = parts(b);
  Rational days = Integer(to) - from;
  switch (convention) {
  case DayCount::act_365f: return days / 365;
  case DayCount::act_360: return days / 360;
  case DayCount::act_act: { // 4.16(b): days in leap years over 366, the others over 365
    if (to < from) return -years_between(to, from, convention);
    Rational sum = 0;
    for (int y = y1; y <= y2; ++y) {
      auto start = std::max(from, *day_of(y, 1, 1)), end = std::min(to, y < 9999 ? *day_of(y + 1, 1, 1) : last_day + 1);
      sum += Rational(end - start, std::chrono::year(y).is_leap() ? 366 : 365);
    }
    return sum;
  }
  case DayCount::thirty_360: // 4.16(f)
    if (d2 == 31 && d1 >= 30) d2 = 30;
    if (d1 == 31) d1 = 30;
    break;
  case DayCount::thirty_e_360: // 4.16(g)
    if (d1 == 31) d1 = 30;
    if (d2 == 31) d2 = 30;
    break;
  }
  return Rational(360 * (y2 - y1) + 30 * (m2 - m1) + (d2 - d1), 360);
}

Outcome power(const Rational &base, int exponent) {
  if (exponent < 0 && base == 0) return {Status::division_by_zero, false};
  auto n = static_cast<unsigned>(std::abs(exponent));
  Rational r(boost::multiprecision::pow(numerator(base), n), boost::multiprecision::pow(denominator(base), n));
  return {Status::ok, exponent < 0 ? Rational(1 / r) : r};
}

std::int32_t period_of(std::int32_t day, Unit unit) {
  auto floor_div = [](std::int32_t a, std::int32_t b) { return a / b - (a % b != 0 && a < 0); };
  if (unit == Unit::day) return day;
  if (unit == Unit::week) return floor_div(day + 3, 7); // 1970-01-01 was a Thursday
  auto d = civil(day);
  auto months = (static_cast<int>(d.year()) - 1970) * 12 + static_cast<int>(static_cast<unsigned>(d.month())) - 1;
  return floor_div(months, static_cast<std::int32_t>(unit_sizes[static_cast<std::size_t>(unit)]));
}

std::int32_t period_first_day(std::int32_t period, Unit unit) {
  if (unit == Unit::day) return period;
  if (unit == Unit::week) return period * 7 - 3;
  auto months = period * static_cast<std::int32_t>(unit_sizes[static_cast<std::size_t>(unit)]) + 1970 * 12;
  std::chrono::year_month_day d{std::chrono::year(months / 12), std::chrono::month(static_cast<unsigned>(months % 12) + 1), std::chrono::day(1)};
  return static_cast<std::int32_t>(std::chrono::sys_days(d).time_since_epoch().count());
}

std::int32_t Periods::first(std::int32_t period, Period each) const {
  if (!each.contract) return period_first_day(period, each.unit);
  auto size = unit_sizes[static_cast<std::size_t>(each.unit)];
  if (!is_calendar(each.unit)) return *contract_from + period * static_cast<std::int32_t>(size / 86400);
  auto day = add_months(*contract_from, Rational(period * size), up);
  if (day.status != Status::ok) return period < 0 ? -800000 : 3000000; // beyond the calendar
  return static_cast<std::int32_t>(numerator(std::get<Rational>(day.value)));
}

std::int32_t Periods::of(std::int32_t day, Period each) const {
  if (!each.contract) return period_of(day, each.unit);
  auto out = period_of(day, each.unit) - period_of(*contract_from, each.unit) + 1;
  while (first(out, each) > day) --out;
  return out;
}

Integer type_limit(const Type &t) {
  if (t.base == Type::percent) return 1000 * power_of_ten(9);
  return power_of_ten(18) - 1;
}

bool in_range(const Rational &v, const Type &t) { return (!t.low || v >= *t.low) && (!t.high || v <= *t.high); }

Outcome store(const Outcome &o, const Type &t, std::optional<Rounding> mode) {
  if (o.status != Status::ok || !std::holds_alternative<Rational>(o.value)) return o;
  auto v = std::get<Rational>(o.value);
  switch (t.base) {
  case Type::integer:
  case Type::decimal:
  case Type::percent:
  case Type::money:
  case Type::duration:
    if (mode) v = round_to_places(v, *mode, t.scale);
    if (abs(v) * power_of_ten(t.scale) > Rational(type_limit(t))) return {Status::overflow, false};
    break;
  case Type::ratio:
    if (denominator(v) > power_of_ten(9) || abs(numerator(v)) > power_of_ten(18) - 1) return {Status::overflow, false};
    break;
  case Type::months:
    if (abs(v) > 2147483647) return {Status::overflow, false};
    break;
  default: break;
  }
  if (!in_range(v, t)) return {Status::overflow, false};
  return {Status::ok, v};
}

} // namespace deal::check
