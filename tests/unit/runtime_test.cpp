// The runtime against the definitions: random and edge values, every mode.
#include "check/operators.h"
#include "runtime.h"
#include "support/date.h"
#include <gtest/gtest.h>
#include <random>

using namespace deal;

namespace {

Integer from_words(const std::uint64_t *w, int n) {
  bool negative = static_cast<std::int64_t>(w[n - 1]) < 0;
  Integer out = 0;
  for (int i = n - 1; i >= 0; --i) out = (out << 64) + (negative ? ~w[i] : w[i]);
  return negative ? Integer(-(out + 1)) : out;
}

template <class F> void divide_many(int words, F divide) {
  std::mt19937_64 random(7);
  for (int k = 0; k < 20000; ++k) {
    std::uint64_t n[4], d[4], q[4];
    auto live_n = 1 + static_cast<int>(random() % static_cast<unsigned>(words)),
         live_d = 1 + static_cast<int>(random() % static_cast<unsigned>(words));
    for (int i = 0; i < words; ++i) {
      n[i] = i < live_n ? random() >> (random() % 60) : 0;
      d[i] = i < live_d ? random() >> (random() % 60) : 0;
    }
    if (random() % 2)
      for (int i = live_n; i < words; ++i) n[i] = ~0ull;
    d[words - 1] &= INT64_MAX;
    n[words - 1] &= n[words - 1] >> 63 ? ~0ull : ~0ull >> 2;
    auto nn = from_words(n, words), dd = from_words(d, words);
    if (dd <= 0) continue;
    if (random() % 3 == 0) { // ties: n = d·m + d/2
      nn = nn - nn % dd + dd / 2;
      for (int i = 0; i < words; ++i) n[i] = static_cast<std::uint64_t>((nn >> (64 * i)) & Integer(~0ull));
      if (nn < 0) {
        Integer up = (Integer(1) << (64 * words)) + nn;
        for (int i = 0; i < words; ++i) n[i] = static_cast<std::uint64_t>((up >> (64 * i)) & Integer(~0ull));
      }
    }
    for (int mode = 0; mode < 7; ++mode) {
      divide(q, n, d, mode);
      ASSERT_EQ(from_words(q, words), check::round_to_integer(Rational(nn, dd), static_cast<Rounding>(mode)))
          << nn << " / " << dd << " mode " << mode;
    }
  }
}

TEST(Runtime, RoundDiv128) { divide_many(2, deal_round_div_128); }
TEST(Runtime, RoundDiv256) { divide_many(4, deal_round_div_256); }
TEST(Runtime, RoundDiv64) {
  divide_many(1, [](std::uint64_t *q, const std::uint64_t *n, const std::uint64_t *d, std::int64_t mode) {
    *q = static_cast<std::uint64_t>(deal_round_div_64(static_cast<std::int64_t>(*n), static_cast<std::int64_t>(*d), mode));
  });
}

TEST(Runtime, Dates) {
  std::mt19937_64 random(11);
  auto value = [](const check::Outcome &o) { return o.status == Status::ok ? static_cast<std::int64_t>(std::get<Rational>(o.value)) : deal_no_day; };
  for (int k = 0; k < 50000; ++k) {
    auto day = first_day + static_cast<std::int32_t>(random() % (last_day - first_day + 1));
    auto other = first_day + static_cast<std::int32_t>(random() % (last_day - first_day + 1));
    auto months = static_cast<std::int64_t>(random() % 5000) - 2500;
    for (bool up : {false, true}) {
      ASSERT_EQ(deal_add_months(day, months, up), value(check::add_months(day, Rational(months), up)));
      ASSERT_EQ(deal_whole_months(day, other, 3, up), value(check::whole_between(Unit::quarter, day, other, up)));
    }
    ASSERT_EQ(deal_add_days(day, months * 86400), value(check::add_days(day, Rational(months))));
    constexpr int over[] = {365, 360, 133590, 360, 360};
    for (int c = 0; c < 5; ++c) {
      if (c == 2 && std::abs(day - other) > 40000) continue;
      ASSERT_EQ(Rational(deal_year_parts(day, other, c), over[c]), check::years_between(day, other, static_cast<DayCount>(c)));
    }
    for (auto unit : {Unit::day, Unit::week, Unit::month, Unit::quarter, Unit::year}) {
      auto p = check::period_of(day, unit);
      ASSERT_EQ(deal_period(day, static_cast<int>(unit)), p);
      if (day < last_day - 400) {
        ASSERT_EQ(deal_period_first(p, static_cast<int>(unit)), check::period_first_day(p, unit));
      }
    }
  }
}

// M1: contract periods, counted from their first day; the figures of 2024-02-29.
TEST(Runtime, ContractPeriods) {
  auto day = [](const char *text) { return *parse_date(text); };
  for (bool up : {false, true})
    for (auto from : {day("2024-02-29"), day("2025-01-31"), day("2026-03-15"), day("1999-12-31")}) {
      check::Periods periods{from, up};
      for (auto unit : {Unit::day, Unit::week, Unit::month, Unit::quarter, Unit::year})
        for (auto at = from - 2000; at < from + 2000; at += 7) {
          auto period = periods.of(at, {unit, true});
          ASSERT_LE(periods.first(period, {unit, true}), at);
          ASSERT_LT(at, periods.first(period + 1, {unit, true}));
          ASSERT_EQ(deal_contract_period(at, static_cast<int>(unit), from, up), period) << format_date(at);
          ASSERT_EQ(deal_contract_period_first(period, static_cast<int>(unit), from, up), periods.first(period, {unit, true}));
        }
    }
  check::Periods leap{day("2024-02-29"), false};
  EXPECT_EQ(format_date(leap.last(0, {Unit::year, true})), "2025-02-27");
  EXPECT_EQ(format_date(leap.last(1, {Unit::year, true})), "2026-02-27");
  EXPECT_EQ(format_date(leap.last(3, {Unit::year, true})), "2028-02-28");
  EXPECT_EQ(format_date(leap.first(1, {Unit::quarter, true})), "2024-05-29");
  EXPECT_EQ(format_date(leap.first(4, {Unit::quarter, true})), "2025-02-28");
  EXPECT_EQ(format_date((check::Periods{day("2024-02-29"), true}).first(1, {Unit::year, true})), "2025-03-01");
}

TEST(Runtime, NamesOfModesAndUnits) {
  EXPECT_EQ(rounding_words[0], "half even");
  EXPECT_EQ(rounding_words[6], "floor");
  EXPECT_EQ(static_cast<int>(Unit::day), 3);
  EXPECT_EQ(static_cast<int>(Unit::year), 7);
}

} // namespace
