// Proleptic Gregorian dates by counting from 0000-03-01 in cycles of 400 years, so that leap days end a cycle's year.
#include "runtime.h"

namespace {

constexpr int64_t first_day = -719162, last_day = 2932896; // 0001-01-01, 9999-12-31

struct Civil {
  int64_t y, m, d;
};

int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b != 0 && a < 0); }

int64_t day_number(int64_t y, int64_t m, int64_t d) {
  y -= m <= 2;
  int64_t era = floor_div(y, 400), of_era = y - era * 400;
  int64_t of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

Civil civil(int64_t day) {
  day += 719468;
  int64_t era = floor_div(day, 146097), of_era = day - era * 146097;
  int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  int64_t of_year = of_era - (365 * year + year / 4 - year / 100), mp = (5 * of_year + 2) / 153;
  int64_t m = mp < 10 ? mp + 3 : mp - 9;
  return {year + era * 400 + (m <= 2), m, of_year - (153 * mp + 2) / 5 + 1};
}

bool leap(int64_t y) { return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0); }
int64_t days_in_month(int64_t y, int64_t m) { return m == 2 ? 28 + leap(y) : 30 + ((m + (m > 7)) & 1); }

// Months since year 0, and its first day.
int64_t month_index(int64_t day) {
  Civil c = civil(day);
  return c.y * 12 + c.m - 1;
}
int64_t month_first(int64_t index) { return day_number(floor_div(index, 12), index - floor_div(index, 12) * 12 + 1, 1); }

} // namespace

extern "C" int64_t deal_add_days(int64_t day, int64_t seconds) {
  if (seconds % 86400 != 0) return deal_no_day;
  int64_t days = seconds / 86400;
  if (days < first_day - day || days > last_day - day) return deal_no_day;
  return day + days;
}

extern "C" int64_t deal_add_months(int64_t day, int64_t months, int64_t up) {
  Civil c = civil(day);
  if (months < -240000 || months > 240000) return deal_no_day;
  int64_t index = c.y * 12 + c.m - 1 + months;
  if (index < 12 || index >= 120000) return deal_no_day;
  int64_t y = index / 12, m = index % 12 + 1, length = days_in_month(y, m);
  int64_t result = day_number(y, m, c.d <= length ? c.d : length) + (c.d > length && up);
  return result > last_day ? deal_no_day : result;
}

extern "C" int64_t deal_whole_months(int64_t from, int64_t to, int64_t size, int64_t up) {
  bool mirrored = to < from;
  if (mirrored) {
    int64_t t = from;
    from = to;
    to = t;
  }
  int64_t n = (month_index(to) - month_index(from)) / size + 1;
  for (; n > 0; --n) {
    int64_t moved = deal_add_months(from, n * size, up);
    if (moved != deal_no_day && moved <= to) break;
  }
  return mirrored ? -n : n;
}

extern "C" int64_t deal_year_parts(int64_t from, int64_t to, int64_t convention) {
  if (convention <= 1) return to - from;
  if (convention == 2) { // days in leap years over 366, the others over 365; both over 133590
    if (to < from) return -deal_year_parts(to, from, convention);
    int64_t y1 = civil(from).y, y2 = civil(to).y, sum = 0;
    for (int64_t y = y1; y <= y2; ++y) {
      int64_t a = day_number(y, 1, 1), b = day_number(y + 1, 1, 1);
      a = from > a ? from : a;
      b = to < b ? to : b;
      sum += (b - a) * (leap(y) ? 365 : 366);
    }
    return sum;
  }
  Civil a = civil(from), b = civil(to);
  if (convention == 3) {
    if (b.d == 31 && a.d >= 30) b.d = 30;
    if (a.d == 31) a.d = 30;
  } else {
    if (a.d == 31) a.d = 30;
    if (b.d == 31) b.d = 30;
  }
  return 360 * (b.y - a.y) + 30 * (b.m - a.m) + (b.d - a.d);
}

enum { day_unit = 3, week_unit = 4, quarter_unit = 6, year_unit = 7 };

extern "C" int64_t deal_period(int64_t day, int64_t unit) {
  if (unit == day_unit) return day;
  if (unit == week_unit) return floor_div(day + 3, 7);
  int64_t size = unit == quarter_unit ? 3 : unit == year_unit ? 12 : 1;
  return floor_div(month_index(day) - 1970 * 12, size);
}

extern "C" int64_t deal_period_first(int64_t period, int64_t unit) {
  if (unit == day_unit) return period;
  if (unit == week_unit) return period * 7 - 3;
  int64_t size = unit == quarter_unit ? 3 : unit == year_unit ? 12 : 1;
  return month_first(period * size + 1970 * 12);
}

// Each period is counted from the first day, never from the period before (M1); beyond the calendar the nearest day of it.
extern "C" int64_t deal_contract_period_first(int64_t period, int64_t unit, int64_t from, int64_t up) {
  if (unit == day_unit) return from + period;
  if (unit == week_unit) return from + 7 * period;
  int64_t size = unit == quarter_unit ? 3 : unit == year_unit ? 12 : 1;
  int64_t day = deal_add_months(from, period * size, up);
  return day != deal_no_day ? day : period < 0 ? -800000 : 3000000;
}

extern "C" int64_t deal_contract_period(int64_t day, int64_t unit, int64_t from, int64_t up) {
  if (unit == day_unit) return day - from;
  if (unit == week_unit) return floor_div(day - from, 7);
  int64_t size = unit == quarter_unit ? 3 : unit == year_unit ? 12 : 1;
  int64_t period = floor_div(month_index(day) - month_index(from), size);
  return deal_contract_period_first(period, unit, from, up) > day ? period - 1 : period;
}
