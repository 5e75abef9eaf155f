// What evaluators call at run time: rounded division beyond 64 bits, dates, periods. Freestanding, no allocation, no libc. Compiled twice:
// natively (tests) and to LLVM bitcode that is linked into every evaluator. Numbers of modes, units and day counts are those of
// compiler/language/words.h; a test holds the two together.
#pragma once
#include <stdint.h>

extern "C" {

// n / d, rounded to an integer by a Java RoundingMode; d > 0. Two's complement, least significant word first.
void deal_round_div_128(uint64_t *quotient, const uint64_t *n, const uint64_t *d, int64_t mode);
void deal_round_div_256(uint64_t *quotient, const uint64_t *n, const uint64_t *d, int64_t mode);
int64_t deal_round_div_64(int64_t n, int64_t d, int64_t mode);

// Days since 1970-01-01. deal_no_day where the result lies outside 0001-01-01 … 9999-12-31.
static const int64_t deal_no_day = -1000000000;
int64_t deal_add_days(int64_t day, int64_t seconds);              // a part of a day: deal_no_day
int64_t deal_add_months(int64_t day, int64_t months, int64_t up); // up: the first of the next month where the day does not exist
int64_t deal_whole_months(int64_t from, int64_t to, int64_t size, int64_t up);
int64_t deal_year_parts(int64_t from, int64_t to, int64_t convention); // ISDA 2006 4.16, over 365, 360, 133590, 360, 360

// Periods: day, week (Monday), month, quarter, year, counted from the one that holds 1970-01-01.
int64_t deal_period(int64_t day, int64_t unit);
int64_t deal_period_first(int64_t period, int64_t unit);
int64_t deal_contract_period(int64_t day, int64_t unit, int64_t from, int64_t up);
int64_t deal_contract_period_first(int64_t period, int64_t unit, int64_t from, int64_t up);
}
