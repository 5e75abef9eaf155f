/* The quarter in which the cap bites, from a C program that loads the library: what is earned when 48, 61 and 70 billion follow 37.75. */
#include "partnership.h"
#include <stdio.h>

static int32_t day(int32_t y, int32_t m, int32_t d) { /* days since 1970-01-01 */
  y -= m <= 2;
  int32_t era = y / 400, of_era = y - era * 400, of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

int main(void) {
  static const struct { int32_t on[3], period[3]; int64_t cents; } reports[] = {
      {{2026, 7, 30}, {2026, 6, 30}, 900000000000},   {{2026, 10, 30}, {2026, 9, 30}, 1250000000000}, {{2027, 1, 29}, {2026, 12, 31}, 1625000000025},
      {{2027, 4, 30}, {2027, 3, 31}, 4800000000000}, {{2027, 7, 30}, {2027, 6, 30}, 6100000000000},  {{2027, 10, 29}, {2027, 9, 30}, 7000000000000}};
  Partnership_parameters parameters;
  static Partnership_facts facts; /* nothing is given */
  Partnership_state state;
  const uint8_t readings[1] = {0};
  Partnership_defaults(&parameters);
  if (Partnership_init(&parameters, day(2019, 7, 22), &state) != 0) return 1;
  for (size_t i = 0; i < sizeof reports / sizeof *reports; ++i) {
    Partnership_Revenue event;
    event.on = day(reports[i].on[0], reports[i].on[1], reports[i].on[2]);
    event.for_day = day(reports[i].period[0], reports[i].period[1], reports[i].period[2]);
    event.amount = reports[i].cents;
    int32_t status = Partnership_step_Revenue(&parameters, &facts, readings, &state, &event, &state);
    if (status != 0) return printf("status %d\n", (int)status), 1;
  }
  int64_t earned = 0, room = 0;
  Partnership_OpenAIToMicrosoft_earned(&parameters, &facts, readings, &state, NULL, day(2027, 10, 29), &earned);
  Partnership_OpenAIToMicrosoft_room(&parameters, &facts, readings, &state, NULL, day(2027, 10, 29), &room);
  printf("earned %lld.%02lld USD, room %lld.%02lld USD\n", (long long)(earned / 100), (long long)(earned % 100), (long long)(room / 100), (long long)(room % 100));
  return 0;
}
