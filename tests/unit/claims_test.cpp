// `always` on random ledgers: what counts as tested, and that a counter-example, pasted back, parses, replays and fails the same way.
#include "driver/claims.h"
#include "support/begin.h"
#include <gtest/gtest.h>

using namespace deal;
using driver::Tested;

namespace {

struct Found {
  Tested tested;
  std::string said;
};

session::Factory native(const check::Model &m, const std::vector<check::TermId> &questions) {
  auto running = session::run_here(m, {false, true, questions, {}}, 0);
  EXPECT_TRUE(running);
  return session::native_of(m, questions, std::move(*running));
}

// The first claim of a deal.
Found test(const std::string &deal) {
  auto c = test::compiled(deal);
  auto &m = c.program.model;
  auto &claim = m.claims.front();
  auto found = driver::test_claim(m, claim, native(m, driver::questions_of(claim)), 100, 1);
  return {found, driver::report(m, claim, std::string(c.program.sources.text(m[claim.claim].span)), found)};
}

// How many expectations of each scenario of the report fail, pasted behind the deal.
std::vector<int> failures_of_the_paste(const std::string &deal, const std::string &said) {
  auto at = said.find("\nscenario ");
  if (at == std::string::npos) return {};
  auto c = test::compiled(deal + said.substr(at) + "\n");
  auto &m = c.program.model;
  auto make = native(m, session::claims_of(m));
  std::vector<int> out;
  for (auto &s : m.scenarios) {
    auto evaluator = make();
    int failed = 0;
    for (auto &e : session::run_scenario(m, s, *evaluator)) failed += !e.passed;
    out.push_back(failed);
  }
  return out;
}

const std::string head = "deal D effective 2026-01-01\ncurrency USD\nround half even\nparty A, B\n";
const std::string sale = head + "event S reported by B { g: money }\n";

void refuted_by_one(const std::string &deal, std::initializer_list<const char *> lines) {
  auto found = test(deal);
  EXPECT_EQ(found.tested.kind, Tested::refuted) << found.said;
  for (auto line : lines) EXPECT_NE(found.said.find(line), std::string::npos) << line << " is not in: " << found.said;
  EXPECT_EQ(failures_of_the_paste(deal, found.said), std::vector<int>{1}) << found.said;
}

void refuted_by_two(const std::string &deal, std::initializer_list<const char *> lines) {
  auto found = test(deal);
  EXPECT_EQ(found.tested.kind, Tested::refuted) << found.said;
  for (auto line : lines) EXPECT_NE(found.said.find(line), std::string::npos) << line << " is not in: " << found.said;
  EXPECT_EQ(failures_of_the_paste(deal, found.said), (std::vector<int>{0, 1})) << found.said;
}

TEST(Claims, ACounterexampleIsAScenarioThatFails) {
  refuted_by_one(sale + "payment P { A pays 10% of S.g to B }\nalways \"c\" { P.paid <= 1 USD }\n", {"A pays P "});
  refuted_by_one(head + "action go(n: integer) by A as gone\nalways \"c\" { not gone(1) }\n", {"A does go(1)"});
  refuted_by_one(head + "event S reported by B { why: text, n: integer }\nstate seen: integer = 0 { after S when S.why is \"gift\": S.n }\n"
                        "always \"c\" { seen = 0 }\n",
                 {"why: \"gift\""});
  refuted_by_one(sale + "fact f: boolean\nfact k(name: text): integer\nparameter p: percent\n"
                        "define z: boolean { reading Yes: true reading No: false }\n"
                        "payment P { A pays p of S.g to B  when f and z and k(\"x\") > 2 }\nalways \"c\" { P.accrued <= 0 USD }\n",
                 {"with p = ", "given f = true", "given k", "reading Yes", "reports S { g: "});
  refuted_by_one(sale + "event E reported by A for each calendar month { g: money }\npayment P { A pays 10% of E.g to B }\n"
                        "always \"c\" { P.accrued <= 0 USD }\n",
                 {" for 20"});
  refuted_by_one(head + "event Signed\nlicense L { A grants B a license to x  exclusive  term until Signed }\nasset x\n"
                        "always \"c\" { L.active }\n",
                 {" Signed"});
  refuted_by_one(head + "prohibition N { A must not ship(n) when n > 3 }\naction ship(n: integer) by A\nfact q: integer\n"
                        "always \"c\" { not (may A ship(q) is forbidden) }\n",
                 {"given q = "});
}

TEST(Claims, AnUndisclosedParameterVaries) {
  refuted_by_one("deal D\nparameter p: integer\ndefine d: integer = p + 1\nalways \"c\" { d <= 0 }\n", {"with p = "});
  refuted_by_one(sale + "parameter p: percent\npayment P { A pays p of S.g to B }\nalways \"c\" { P.accrued <= 5 USD }\n", {"with p = "});
}

TEST(Claims, DependenceOnAFact) {
  refuted_by_two(sale + "fact f: boolean\ndefine d: integer = if f then 1 else 2\nalways \"c\" { d does not depend on f }\n",
                 {"f = true", "f = false", "expect d = "});
  refuted_by_two(sale + "fact f: boolean\npayment P { A pays 10% of S.g to B  when f }\nalways \"c\" { P.accrued does not depend on f }\n",
                 {"f = true", "f = false"});
  refuted_by_two(sale + "fact f: boolean\npayment P { A pays (if f then S.g else 0 USD) to B }\nalways \"c\" { P.earned does not depend on f }\n",
                 {"f = true", "f = false"});
  refuted_by_two(head + "fact k(name: text): boolean\ndefine d: integer = if k(\"x\") then 1 else 2\nalways \"c\" { d does not depend on k }\n",
                 {"k", "= true", "= false"});
  refuted_by_two(head + "fact n: integer\ndefine d: boolean = n > 2\nalways \"c\" { d does not depend on n }\n", {"n = "});
  refuted_by_two(head + "kind C { Red, Green }\nfact c: C\ndefine d: C = c\nalways \"c\" { d does not depend on c }\n", {"c = Red", "c = Green"});
  refuted_by_two(head + "fact w: date\ndefine d: date = w + 1 days\nalways \"c\" { d does not depend on w }\n", {"w = "});
  refuted_by_two(head + "fact t: text\ndefine d: boolean = t is \"one\"\nalways \"c\" { d does not depend on t }\n", {"t = \"one\""});
  refuted_by_two(head + "action go(n: integer)\nfact f: boolean\nprohibition N { A must not go(n) when f }\n"
                        "always \"c\" { may A go(1) does not depend on f }\n",
                 {"forbidden with f = true", "silent with f = false", "expect may A go(1) is "});
}

TEST(Claims, DependenceOnAnEvent) {
  refuted_by_two(sale + "event T reported by B { g: money }\npayment P { A pays 10% of S.g to B }\nalways \"c\" { P.accrued does not depend on S }\n",
                 {"reports S"});
  auto found = test(sale + "event T reported by B { g: money }\npayment P { A pays 10% of S.g to B }\nalways \"c\" { P.accrued does not depend on T }\n");
  EXPECT_EQ(found.tested.kind, Tested::not_refuted) << found.said;
}

TEST(Claims, OnlyQuestionsWithAValueCount) {
  auto never = test(sale + "payment P { A pays 10% of S.g to B  capped at 50 USD in total }\nalways \"c\" { P.accrued >= 0 USD when P.accrued > 100 USD }\n");
  EXPECT_EQ(never.tested.kind, Tested::not_tested);
  EXPECT_NE(never.said.find("not tested: its condition never held"), std::string::npos) << never.said;
  auto none = test(sale + "payment P { A pays 10% of S.g to B }\nalways \"c\" { P.room >= 0 USD }\n");
  EXPECT_EQ(none.tested.kind, Tested::not_tested);
  EXPECT_NE(none.said.find("it never had a value"), std::string::npos) << none.said;
  EXPECT_NE(none.said.find("(no rule applies)"), std::string::npos) << none.said;
  auto held = test(sale + "payment P { A pays 10% of S.g to B  capped at 50 USD in total }\nalways \"c\" { P.accrued <= 50 USD }\n");
  EXPECT_EQ(held.tested.kind, Tested::not_refuted) << held.said;
  EXPECT_GT(held.tested.with_value, 100);
  EXPECT_NE(held.said.find("had a value (tested, not proved)"), std::string::npos) << held.said;
}

} // namespace
