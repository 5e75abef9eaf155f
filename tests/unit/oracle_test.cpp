// The oracle's own arithmetic against that of check, which knows nothing of it; and that it follows chains without calling itself.
#include "oracle/arithmetic.h"
#include "check/operators.h"
#include "oracle/amendments.h"
#include "support/backend.h"
#include "support/begin.h"
#include "support/date.h"
#include <gtest/gtest.h>
#include <random>

using namespace deal;

namespace {

std::mt19937_64 random_bits(29);
std::int64_t pick(std::int64_t low, std::int64_t high) { return std::uniform_int_distribution<std::int64_t>(low, high)(random_bits); }
std::int32_t some_day() {
  static constexpr std::int32_t edges[] = {first_day, last_day, 0, 19782, 11016, 20512};
  return pick(0, 9) == 0 ? edges[pick(0, 5)] : static_cast<std::int32_t>(pick(first_day, last_day));
}
bool same(const check::Outcome &a, const check::Outcome &b) { return a.status == b.status && (a.status != Status::ok || a.value == b.value); }

TEST(Oracle, RoundsAlike) {
  for (int k = 0; k < 4000; ++k) {
    Rational v(Integer(pick(-100000, 100000)), Integer(pick(0, 1) ? pick(1, 64) : 2 * pick(1, 50)));
    auto mode = static_cast<Rounding>(pick(0, 6));
    auto places = static_cast<int>(pick(0, 4));
    ASSERT_EQ(oracle::round_to_places(v, mode, places), check::round_to_places(v, mode, places)) << v << " " << places;
  }
}

TEST(Oracle, StoresAlike) {
  for (int k = 0; k < 4000; ++k) {
    check::Type t{static_cast<check::Type::Base>(pick(check::Type::boolean, check::Type::months))};
    t.scale = t.base == check::Type::percent ? 9 : static_cast<int>(pick(0, 4));
    if (pick(0, 3) == 0) t.low = Rational(pick(-1000, 0));
    if (pick(0, 3) == 0) t.high = Rational(pick(0, 1000));
    Rational v(Integer(pick(-2000, 2000)) * (pick(0, 3) ? Integer(1) : power_of_ten(static_cast<int>(pick(0, 18)))), Integer(pick(1, 9)));
    auto mode = pick(0, 2) ? std::optional(static_cast<Rounding>(pick(0, 6))) : std::nullopt;
    ASSERT_TRUE(same(oracle::store({Status::ok, v}, t, mode), check::store({Status::ok, v}, t, mode))) << v << " as " << static_cast<int>(t.base);
  }
}

TEST(Oracle, CountsDaysAlike) {
  for (int k = 0; k < 4000; ++k) {
    auto a = some_day(), b = pick(0, 1) ? some_day() : static_cast<std::int32_t>(std::clamp<std::int64_t>(a + pick(-800, 800), first_day, last_day));
    Rational n(pick(0, 5) ? pick(-900, 900) : pick(-300000, 300000), pick(0, 9) ? 1 : 2);
    bool up = pick(0, 1);
    ASSERT_TRUE(same(oracle::add_days(a, n), check::add_days(a, n)));
    ASSERT_TRUE(same(oracle::add_months(a, n, up), check::add_months(a, n, up))) << a << " + " << n;
    for (auto unit : {Unit::day, Unit::week, Unit::month, Unit::quarter, Unit::year}) {
      ASSERT_EQ(oracle::period_of(a, unit), check::period_of(a, unit)) << a;
      auto p = oracle::period_of(a, unit);
      ASSERT_EQ(oracle::period_first_day(p, unit), check::period_first_day(p, unit));
      ASSERT_EQ(oracle::period_last_day(p, unit), check::period_first_day(p + 1, unit) - 1);
      ASSERT_TRUE(same(oracle::whole_between(unit, a, b, up), check::whole_between(unit, a, b, up))) << a << " to " << b;
    }
    for (int c = 0; c < 5; ++c) ASSERT_EQ(oracle::years_between(a, b, static_cast<DayCount>(c)), check::years_between(a, b, static_cast<DayCount>(c)));
    ASSERT_EQ(oracle::whole_in(Unit::hour, n * 1000), check::whole_in(Unit::hour, n * 1000));
    auto exponent = static_cast<int>(pick(-5, 12));
    ASSERT_TRUE(same(oracle::power(n, exponent), check::power(n, exponent))) << n << " ^ " << exponent;
  }
}

TEST(Oracle, AChainOfDefinitionsIsNoChainOfCalls) {
  std::string text = "deal D\nfact f: boolean\ndefine d0: boolean = f\n";
  for (int k = 1; k <= 2000; ++k) text += fmt::format("define d{}: boolean = not d{}\n", k, k - 1);
  Sink sink;
  auto compiled = test::compiled(text);
  auto question = check::check_question(compiled.program, Source("q", "d2000"), sink);
  ASSERT_TRUE(question);
  auto e = test::oracle_of(compiled.program.model)();
  e->give({0}, std::nullopt, check::Value(true));
  EXPECT_EQ(e->ask(*question, 0).value, check::Value(true));
}

TEST(Oracle, WeavesAmendmentsItself) {
  auto compiled = test::compiled("deal D effective 2026-01-01\ncurrency USD\nround half even\nparty A, B\n"
                                 "event S reported by B { g: money }\n"
                                 "payment P { A pays 10% of S.g to B  capped at 100 USD each event  capped at 1_000 USD in total }\n"
                                 "amendment X effective 2026-06-01 { change P { capped at 150 USD in total  counting all } }\n");
  EXPECT_EQ(oracle::woven_otherwise(compiled.program), "");
  auto &changed = std::get<check::PaymentVersion>(compiled.program.model.clauses[check::ClauseId::at(0)].versions[1].body);
  std::erase_if(changed.limits, [](auto &l) { return l.at == Stage::cap_each_event; }); // as if the amendment had replaced the cap of the other scope
  EXPECT_NE(oracle::woven_otherwise(compiled.program), "");
}

} // namespace
