// A trace holds what was evaluated, and 0 for what was not (semantics.md, the formal core: Trace).
#include "session/session.h"
#include <gtest/gtest.h>
#include <map>

using namespace deal;

namespace {

struct Slot {
  std::int64_t value;
  bool evaluated;
};

std::map<std::string, Slot> traced(session::Running &running, const std::string &term, bool flag) {
  auto &i = running.interface;
  auto at = std::find_if(i.terms.begin(), i.terms.end(), [&](auto &t) { return t.name == term; });
  host::Instance instance(i, running.code);
  instance.give(0, std::nullopt, interface::Constant(Rational(flag ? 1 : 0)));
  auto a = instance.ask(static_cast<std::size_t>(at - i.terms.begin()), 20000, true);
  EXPECT_EQ(a.status, Status::ok);
  std::map<std::string, Slot> out;
  for (std::size_t k = 0; k < at->sites.size(); ++k)
    out[at->sites[k].name + (at->sites[k].kind == interface::Site::rule ? " by" : "")] = {a.trace[k], interface::evaluated(a.trace, at->sites.size(), k)};
  return out;
}

TEST(Trace, UnselectedSlotsAreZero) {
  Sink sink;
  auto compiled = session::compile(Source("trace.deal", R"(deal Example
fact f: boolean
define shared: integer = 5
define left: integer = shared + 1
define right: integer = shared + 2
define never: integer = 9
define choice: integer = if f then left else right
define ruled: integer {
  choice
  except high when f: never
}
define both: integer = choice + ruled
)"),
                                  sink);
  ASSERT_FALSE(sink.failed());
  auto running = session::run_here(compiled.program.model, {}, 0);
  ASSERT_TRUE(running);
  auto yes = traced(**running, "both", true), no = traced(**running, "both", false);
  auto is = [](const Slot &s, std::int64_t value, bool evaluated) { return s.value == value && s.evaluated == evaluated; };
  EXPECT_TRUE(is(yes["left"], 6, true));
  EXPECT_TRUE(is(yes["right"], 0, false));
  EXPECT_TRUE(is(yes["never"], 9, true));
  EXPECT_TRUE(is(yes["ruled by"], 2, true));
  EXPECT_TRUE(is(no["left"], 0, false));
  EXPECT_TRUE(is(no["right"], 7, true));
  EXPECT_TRUE(is(no["never"], 0, false));
  EXPECT_TRUE(is(no["ruled by"], 1, true));
  EXPECT_TRUE(is(no["shared"], 5, true)); // read from both branches, made once
  EXPECT_TRUE(is(no["choice"], 7, true)); // read twice
  EXPECT_TRUE(is(no["both"], 14, true));
}

TEST(Trace, NamesTheExceptionThatApplies) {
  Sink sink;
  auto compiled = session::compile(Source("trace.deal", R"(deal Example
fact f: boolean
define ruled: integer {
  1
  except high when f: 2
  except low when not f: 3
}
)"),
                                  sink);
  ASSERT_FALSE(sink.failed());
  auto running = session::run_here(compiled.program.model, {}, 0);
  ASSERT_TRUE(running);
  EXPECT_EQ(traced(**running, "ruled", true)["ruled by"].value, 2); // 1 is the base, the exceptions follow in their order
  EXPECT_EQ(traced(**running, "ruled", false)["ruled by"].value, 3);
}

} // namespace
