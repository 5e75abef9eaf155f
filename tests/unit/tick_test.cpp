// What time brings: boundaries that clauses register, what a tick says of itself, and its status (semantics.md rules 12, 19, 20, M2, M11).
#include "support/begin.h"
#include "support/date.h"
#include <gtest/gtest.h>

using namespace deal;

namespace {

constexpr const char *text = R"(deal Ticks effective 2026-01-01
currency USD
round half even
party A, B
event Sale reported by A { gross: money }
payment Monthly {
  A pays 10% of Sale.gross to B
  capped at 50 USD each calendar month
  capped at 80 USD each calendar year
}
payment Released {
  A pays 10% of Sale.gross to B
  payable within 10 days after each calendar quarter
}
amendment Ends effective 2026-02-10 { end Released, accrued is released }
)";

std::int32_t day(const char *d) { return *parse_date(d); }
host::Row sale(const char *on, int dollars, const char *economic = nullptr) {
  return {interface::StepInfo::reports, 0, day(on), day(economic ? economic : on), -1, {Rational(dollars)}};
}

class Tick : public testing::Test {
protected:
  void SetUp() override {
    auto compiled = test::compiled(text);
    auto made = session::run_here(compiled.program.model, {}, 0);
    ASSERT_TRUE(made);
    running_ = std::move(*made);
    deal_.emplace(running_->interface, running_->code);
  }
  const interface::TickInfo &info() const { return running_->interface.tick; }
  // A figure of what a tick did.
  std::optional<std::int64_t> figure(const host::Ticked &t, int clause, Stage stage) const {
    return interface::noted(info().sites, t.trace, clause, stage);
  }
  const interface::BoundaryInfo &boundary(const host::Ticked &t) const {
    return info().boundaries[static_cast<std::size_t>(figure(t, -1, Stage::boundary).value_or(99))];
  }

  std::unique_ptr<session::Running> running_;
  std::optional<host::Instance> deal_;
};

TEST_F(Tick, SaysWhatItDid) {
  std::vector<host::Ticked> ticks;
  ASSERT_EQ(deal_->apply(sale("2026-01-15", 300), nullptr, &ticks), Status::ok);
  EXPECT_TRUE(ticks.empty());
  ASSERT_EQ(deal_->apply(sale("2026-03-01", 100), nullptr, &ticks), Status::ok);
  ASSERT_EQ(ticks.size(), 3u); // January closes, the release, February closes
  EXPECT_EQ(ticks[0].day, day("2026-02-01"));
  EXPECT_EQ(boundary(ticks[0]).becomes, Becomes::closed);
  EXPECT_EQ(boundary(ticks[0]).period->unit, Unit::month);
  EXPECT_EQ(figure(ticks[0], 0, Stage::dated), day("2026-01-31"));
  EXPECT_EQ(ticks[1].day, day("2026-02-10"));
  EXPECT_EQ(boundary(ticks[1]).becomes, Becomes::released);
  EXPECT_EQ(boundary(ticks[1]).clause, 1);
  EXPECT_EQ(figure(ticks[1], 1, Stage::earned), -3000); // of 30.00 USD nothing was paid
  EXPECT_EQ(figure(ticks[1], 1, Stage::waiting), -3000);
  EXPECT_EQ(figure(ticks[1], 0, Stage::dated), std::nullopt);
  EXPECT_EQ(ticks[2].day, day("2026-03-01"));
}

TEST_F(Tick, OnOneDayTheShorterPeriodFirst) {
  std::vector<host::Ticked> ticks;
  ASSERT_EQ(deal_->advance(day("2027-01-01"), &ticks), Status::ok);
  ASSERT_EQ(ticks.size(), 14u);
  EXPECT_EQ(boundary(ticks[12]).period->unit, Unit::month);
  EXPECT_EQ(boundary(ticks[13]).period->unit, Unit::year);
}

TEST_F(Tick, ARefusedRowLeavesTimeAsItWas) {
  std::vector<host::Ticked> ticks;
  ASSERT_EQ(deal_->apply(sale("2026-01-15", 100)), Status::ok);
  EXPECT_EQ(deal_->apply(sale("2026-06-01", 100, "2026-01-20"), nullptr, &ticks), Status::closed_period);
  EXPECT_TRUE(ticks.empty());
  EXPECT_EQ(deal_->apply(sale("2026-01-31", 100, "2026-01-20")), Status::ok);
}

} // namespace
