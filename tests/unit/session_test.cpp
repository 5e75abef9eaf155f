// The session without the command line: what is broken, changed, reported one by one, asked before the end.
#include "session/desk.h"
#include "support/date.h"
#include <gtest/gtest.h>

using namespace deal;
using namespace deal::session;

namespace {

constexpr const char *royalty = R"(deal Royalty effective 2026-01-01
currency USD
round half even
party A, B
event Sale reported by B { gross: money }
fact approved: boolean
parameter rate: percent = 10%
define share: money = rate of 100 USD
payment P { B pays 10% of Sale.gross to A }
payment Q { B pays 1% of Sale.gross to A }
prohibition N { B must not use(novel) when approved }
asset novel
)";

std::int32_t day(int offset) { return *parse_date("2026-01-01") + offset; }
std::string text_of(const Answer &a) {
  if (a.failure) return "failed: " + a.failure->message;
  if (!a.mistakes.all.empty()) return "refused: " + std::string(row_of(a.mistakes.all[0].kind).code);
  return a.status == Status::ok ? format_value(a.type, a.value) : std::string(status_word(a.status));
}
std::string ask(Desk &desk, const std::string &question, int on = 0) { return text_of(desk.ask(question, day(on))); }
std::string sale(int on, int cents) { return fmt::format("on {} B reports Sale {}.{:02} USD", format_date(day(on)), cents / 100, cents % 100); }

TEST(Session, WhatIsBrokenLeavesTheRestAskable) {
  std::string text = royalty;
  text += "payment Broken { B pays 10% of Nothing.gross to A }\n";
  Desk desk(Source("royalty.deal", text));
  ASSERT_EQ(desk.mistakes().all.size(), 1u);
  EXPECT_EQ(ask(desk, "share"), "10.00 USD");
  EXPECT_TRUE(desk.step(sale(3, 10'000)).taken());
  EXPECT_EQ(ask(desk, "P.accrued", 3), "10.00 USD");
  EXPECT_NE(ask(desk, "Broken.accrued", 3).find("refused"), std::string::npos);
  EXPECT_TRUE(desk.put("payment Broken { B pays 50% of Sale.gross to A }").taken());
  EXPECT_TRUE(desk.mistakes().all.empty());
  EXPECT_EQ(ask(desk, "Broken.accrued", 3), "50.00 USD");
}

TEST(Session, ClausesAreReplacedAddedTakenBack) {
  Desk desk{Source("royalty.deal", royalty)};
  ASSERT_TRUE(desk.step(sale(3, 10'000)).taken());
  EXPECT_EQ(ask(desk, "P.accrued", 3), "10.00 USD");
  ASSERT_TRUE(desk.put("payment P { B pays 20% of Sale.gross to A }").taken());
  EXPECT_EQ(ask(desk, "P.accrued", 3), "20.00 USD");
  ASSERT_TRUE(desk.put("define both: money = P.accrued + Q.accrued").taken());
  EXPECT_EQ(ask(desk, "both", 3), "21.00 USD");
  EXPECT_FALSE(desk.take_back("P").taken()); // `both` rests on it
  EXPECT_EQ(ask(desk, "both", 3), "21.00 USD");
  EXPECT_FALSE(desk.put("payment P { B pays 20% of Sale.net to A }").taken());
  EXPECT_EQ(ask(desk, "both", 3), "21.00 USD");
  EXPECT_FALSE(desk.add("define share: money = 1 USD").taken());
  EXPECT_EQ(ask(desk, "share", 3), "10.00 USD");
  ASSERT_TRUE(desk.take_back("both").taken());
  ASSERT_TRUE(desk.take_back("P").taken());
  EXPECT_NE(ask(desk, "P.accrued", 3).find("refused"), std::string::npos);
  EXPECT_EQ(ask(desk, "Q.accrued", 3), "1.00 USD");
  EXPECT_FALSE(desk.take_back("Nobody").taken());
}

TEST(Session, WhatDidNotChangeIsNotCompiledAgain) {
  Desk desk{Source("royalty.deal", royalty)};
  ASSERT_TRUE(desk.step(sale(3, 10'000)).taken());
  ask(desk, "P.accrued", 3), ask(desk, "share", 3);
  auto before = desk.compiled();
  ask(desk, "P.accrued", 4), ask(desk, "share", 4);
  ASSERT_TRUE(desk.step(sale(5, 100)).taken());
  EXPECT_EQ(desk.compiled(), before);
  ASSERT_TRUE(desk.put("define other: money = 2 USD").taken());
  ask(desk, "P.accrued", 5), ask(desk, "share", 5);
  EXPECT_EQ(desk.compiled(), before);
  EXPECT_EQ(ask(desk, "other", 5), "2.00 USD");
  EXPECT_GT(desk.compiled(), before);
}

TEST(Session, TenThousandRowsOneByOne) {
  Desk desk{Source("royalty.deal", royalty)};
  for (int k = 0; k < 10'000; ++k) ASSERT_TRUE(desk.step(sale(k / 10, 1'000)).taken());
  EXPECT_EQ(desk.replayed(), 0u);
  EXPECT_EQ(ask(desk, "P.accrued", 999), "10000.00 USD");
  EXPECT_EQ(ask(desk, "P.accrued", 499), "5000.00 USD"); // from a checkpoint
  EXPECT_EQ(ask(desk, "P.accrued", 0), "10.00 USD");
  EXPECT_EQ(ask(desk, "P.accrued", 2'000), "10000.00 USD");
  EXPECT_EQ(desk.replayed(), 0u);
  ASSERT_TRUE(desk.take_back_step().taken());
  EXPECT_EQ(ask(desk, "P.accrued", 999), "9999.00 USD");
}

TEST(Session, AQuestionChangesNothing) {
  Desk desk{Source("monthly.deal", R"(deal Monthly effective 2026-01-01
currency USD
round half even
party A, B
event Sale reported by B { gross: money }
payment M { B pays 10% of Sale.gross to A  capped at 50 USD each calendar month }
)")};
  ASSERT_TRUE(desk.step("on 2026-01-15 B reports Sale 100 USD").taken());
  EXPECT_EQ(ask(desk, "M.accrued", 364), "10.00 USD");
  ASSERT_TRUE(desk.step("on 2026-06-15 B reports Sale 100 USD for 2026-06-01").taken());
  EXPECT_EQ(ask(desk, "M.accrued", 364), "20.00 USD");
  EXPECT_EQ(ask(desk, "M.accrued", 20), "10.00 USD");
}

TEST(Session, WhatIsRefusedIsAValueAndLeavesTheLedgerAsItWas) {
  Desk desk{Source("royalty.deal", royalty)};
  ASSERT_TRUE(desk.step(sale(10, 10'000)).taken());
  auto late = desk.step(sale(3, 10'000));
  ASSERT_TRUE(late.refused);
  EXPECT_EQ(*late.refused, Status::out_of_order);
  EXPECT_FALSE(desk.step("on 2026-02-01 B reports Sael 5 USD").taken());
  EXPECT_FALSE(desk.set("rate=").taken());
  EXPECT_EQ(ask(desk, "P.accrued", 10), "10.00 USD");
  EXPECT_TRUE(desk.set("rate=30%").taken());
  EXPECT_EQ(ask(desk, "share", 10), "30.00 USD");
  EXPECT_EQ(ask(desk, "may B use(novel)", 10), "unknown");
  EXPECT_TRUE(desk.step("given approved = true").taken());
  EXPECT_EQ(ask(desk, "may B use(novel)", 10), "forbidden");
  EXPECT_EQ(ask(desk, "(1 +", 10).substr(0, 8), "refused:");
}

} // namespace
