// What tells two states apart, and what of a state is carried from one library to the next.
#include "host/migrate.h"
#include "session/session.h"
#include "support/date.h"
#include <gtest/gtest.h>

using namespace deal;

namespace {

class Made {
public:
  explicit Made(const std::string &text) {
    Sink sink;
    auto compiled = session::compile(Source("carried.deal", "deal D effective 2026-01-01\ncurrency USD\nround half even\nparty A, B\n" + text), sink);
    if (sink.failed()) ADD_FAILURE() << render_all(sink, compiled.program.sources);
    else running_ = std::move(*session::run_here(compiled.program.model, {}, 0));
  }
  const interface::Interface &interface() const { return running_->interface; }
  std::vector<std::uint8_t> state(const char *day) const { return host::Instance(running_->interface, running_->code).fresh_state(*parse_date(day)); }
  // Why a state is not carried over; nothing where it is.
  std::string refuses(const interface::Interface &older, const interface::Interface &newer, const std::vector<std::uint8_t> &state) const {
    auto carried = host::migrate(older, newer, running_->code, state);
    return carried ? std::string() : carried.error();
  }

private:
  std::unique_ptr<session::Running> running_;
};

const std::string sale = "event Sale reported by B { gross: money }\npayment P { A pays 10% of Sale.gross to B }\n";

std::string last_land(const std::string &kind) { return "kind Land { " + kind + " }\n" + sale + "state seen: Land = North { after Sale: South }\n"; }

TEST(Carried, AChoiceKeepsItsAlternatives) {
  EXPECT_EQ(Made(last_land("North, South")).interface().layout, Made(last_land("North, South")).interface().layout);
  EXPECT_NE(Made(last_land("North, South")).interface().layout, Made(last_land("South, North")).interface().layout);
}

// No deal keeps a text yet; a descriptor can say that one does.
TEST(Carried, ATextKeepsItsWords) {
  Made made(last_land("North, South"));
  auto with = [&](const std::string &word) {
    auto out = made.interface();
    for (auto &cell : out.state_layout.slots)
      if (cell.name == "seen") cell.type = {ValueType::text, 0, {}, {}, {}};
    out.texts = {word};
    return out;
  };
  auto older = with("new"), other = with("old");
  EXPECT_NE(interface::fingerprint_of(older), interface::fingerprint_of(other));
  auto state = made.state("2026-02-01");
  EXPECT_EQ(made.refuses(older, with("new"), state), "");
  EXPECT_NE(made.refuses(older, other, state).find("seen: it holds another type, or another text"), std::string::npos);
}

TEST(Carried, OnTheDayFromWhichANewCellCountsTheStateIsTooOld) {
  Made older(sale), newer(sale + "amendment X effective 2026-07-01 { change P { capped at 500 USD in total counting from 2026-07-01 } }\n");
  auto refuses = [&](const char *day) { return newer.refuses(older.interface(), newer.interface(), older.state(day)); };
  EXPECT_EQ(refuses("2026-06-30"), "");
  EXPECT_NE(refuses("2026-07-01").find("it counts from 2026-07-01, and the state stands at 2026-07-01"), std::string::npos);
}

} // namespace
