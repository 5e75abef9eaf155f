// Definitions that are computed once for a question answer as the oracle does, which computes them wherever they are read: under readings,
// in steps, in caps of other days, in reasons; and no chain is too long.
#include "session/evaluator.h"
#include "support/backend.h"
#include "support/begin.h"
#include <gtest/gtest.h>
#include <random>

using namespace deal;

namespace {

// Each definition reads the one before it and one of the first half: enough of them that they are computed once.
std::string net(int n) {
  std::string out = R"(deal Net effective 2026-01-01
currency USD
round half even
party A
party B
asset ip
fact p: money
fact f: boolean
fact g: boolean
parameter q: percent = 10%
parameter secret: percent
event Sale reported by B { gross: money }
define d0: money = p
define d1: money = p + 3 USD
)";
  for (int i = 2; i < n; ++i) {
    auto before = fmt::format("d{}", i - 1), half = fmt::format("d{}", i / 2);
    if (i % 9 == 0) out += fmt::format("define d{}: money {{\n  reading Plain: {} + 1 USD\n  reading Twice: {} + {}\n}}\n", i, before, before, half);
    else if (i % 5 == 0) out += fmt::format("define d{}: money {{\n  {}\n  except low when {} < 1_000 USD and f: {} + 10 USD\n}}\n", i, before, half, before);
    else if (i % 7 == 0) out += fmt::format("define d{}: money = if today < 2026-0{}-01 then {} - {} * q else {}\n", i, i % 8 + 1, before, half, before);
    else if (i == 22) out += fmt::format("define d{}: money {{\n  {}\n  except hidden when g: {} * secret\n}}\n", i, before, half);
    else out += fmt::format("define d{}: money = if {} > 0 USD then {} * 99% else {}\n", i, before, before, half);
  }
  out += fmt::format("define under_forty: boolean = d{} < 40 USD\ndefine over_forty: boolean = not under_forty and f\n", n - 1);
  out += fmt::format(R"(payment P {{
  B pays 10% of min(Sale.gross, d{0}) to A
  capped at 40 USD in total
}}
license L {{
  A grants B a license to ip
  non-exclusive
  when over_forty
}}
amendment Later effective 2026-05-01 {{
  replace d{1} = 7 USD + d3
}}
)", n - 1, n - 4);
  return out;
}

check::TermId asked(check::Program &program, const std::string &text) {
  Sink sink;
  auto term = check::check_question(program, Source("question", text), sink);
  EXPECT_TRUE(term) << text;
  return *term;
}

struct Net {
  session::Compiled file = test::compiled(net(34));
  std::vector<std::string> words;
  std::vector<check::TermId> questions;
  Net() {
    for (int i = 20; i < 34; ++i) words.push_back(fmt::format("d{}", i));
    for (auto *word : {"over_forty", "P.accrued", "P.room", "L.active", "d33 + d30", "if f then d31 else d25"}) words.push_back(word);
    for (auto &word : words) questions.push_back(asked(file.program, word));
  }
};

void sell(session::Evaluator &evaluator, std::int32_t day, int cents) {
  check::Happening row{check::Happening::reports, day, day, {}, check::EventId::at(0), {Rational(cents, 100)}};
  evaluator.apply(row);
}

void as_the_oracle(Net &net, test::How how, std::uint64_t seed) {
  auto &m = net.file.program.model;
  auto native = test::native_of(m, net.questions, how), oracle = test::oracle_of(m);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 24; ++round) {
    auto one = native(), other = oracle();
    auto p = static_cast<int>(random() % 400000) - 100000, first = static_cast<int>(random() % 100000), second = static_cast<int>(random() % 100000);
    bool f = random() % 2 == 0, g = random() % 3 == 0, known = random() % 5 != 0;
    auto choice = static_cast<int>(random() % 3);
    for (auto *e : {one.get(), other.get()}) {
      if (known) e->give({0}, std::nullopt, Rational(p, 100));
      e->give({1}, std::nullopt, f);
      e->give({2}, std::nullopt, g);
      if (choice > 0) e->read({0}, choice - 1);
      sell(*e, 20490, first);
      sell(*e, 20600, second);
    }
    for (std::size_t k = 0; k < net.questions.size(); ++k) {
      auto a = one->ask(net.questions[k], 20620), b = other->ask(net.questions[k], 20620);
      EXPECT_EQ(a.status, b.status) << net.words[k] << " in round " << round;
      if (b.status == Status::ok) {
        EXPECT_TRUE(a.value == b.value) << net.words[k] << " in round " << round;
      }
    }
  }
}

TEST(Shared, AnswersAsTheOracle) {
  Net net;
  EXPECT_GT(session::machine_code(net.file.program.model, {})->definitions.size(), 8u); // else nothing is tested here
  as_the_oracle(net, test::How::jit_o0, 1);
  as_the_oracle(net, test::How::library_o3, 2);
}

// Reasons of a shared definition name what it reads, and what was not evaluated is 0.
TEST(Shared, ReasonsAreItsOwn) {
  auto file = test::compiled(net(34));
  auto running = session::run_here(file.program.model, {}, 0);
  ASSERT_TRUE(running);
  auto &i = (*running)->interface;
  host::Instance instance(i, (*running)->code);
  instance.give(0, std::nullopt, interface::Constant(Rational(500)));
  for (int fact : {1, 2}) instance.give(fact, std::nullopt, interface::Constant(Rational(0)));
  instance.choose(0, 0);
  auto term = static_cast<std::size_t>(std::find_if(i.terms.begin(), i.terms.end(), [](auto &t) { return t.name == "d31"; }) - i.terms.begin());
  auto plain = instance.ask(term, 20620), traced = instance.ask(term, 20620, true);
  EXPECT_EQ(plain.value, traced.value);
  std::map<std::string, std::int64_t> sites;
  for (std::size_t k = 0; k < i.terms[term].sites.size(); ++k) {
    auto &site = i.terms[term].sites[k];
    bool evaluated = interface::evaluated(traced.trace, i.terms[term].sites.size(), k);
    EXPECT_TRUE(evaluated || traced.trace[k] == 0) << site.name;
    if (evaluated && site.kind == interface::Site::stored) sites[site.name] = traced.trace[k];
  }
  EXPECT_EQ(Rational(sites.at("d31"), 100), traced.value);
  auto before = static_cast<std::size_t>(std::find_if(i.terms.begin(), i.terms.end(), [](auto &t) { return t.name == "d30"; }) - i.terms.begin());
  EXPECT_EQ(Rational(sites.at("d30"), 100), instance.ask(before, 20620).value);
  EXPECT_EQ(sites.count("d29"), 0u); // that is a reason of d30
}

// Neither the checker nor the evaluator recurs as deep as a chain is long.
void answers(const std::string &text, const std::string &question, const Rational &wanted) {
  auto file = test::compiled(text);
  auto term = asked(file.program, question);
  auto one = test::native_of(file.program.model, {term}, test::How::jit_o0)();
  one->give({0}, std::nullopt, Rational(1));
  auto a = one->ask(term, 20620);
  EXPECT_EQ(a.status, Status::ok);
  EXPECT_EQ(std::get<Rational>(a.value), wanted);
}

TEST(Shared, ChainsOfAnyLength) {
  constexpr int n = 5000;
  std::string head = "deal Chain\ncurrency USD\nround half even\nparty A\nparty B\nfact p: money\nevent Sale reported by B { gross: money }\n";
  auto chain = [&](std::string out, const std::string &type) {
    for (int i = 1; i <= n; ++i) out += fmt::format("define d{}: {} = d{} + 1{}\n", i, type, i - 1, type == "money" ? " USD" : "");
    return out;
  };
  answers(chain(head + "define d0: money = p\n", "money"), fmt::format("d{}", n), n + 1);
  answers(chain(head + "define d0: number = 1\n", "number"), fmt::format("d{}", n), n + 1);
  auto payment = fmt::format("payment P {{ B pays d{} to A }}\n", n);
  auto of_event = chain(head + "define d0: money = Sale.gross\n", "money") + payment;
  auto file = test::compiled(of_event);
  auto accrued = asked(file.program, "P.accrued");
  auto one = test::native_of(file.program.model, {accrued}, test::How::jit_o0)();
  sell(*one, 20600, 100);
  EXPECT_TRUE(one->ask(accrued, 20620).value == check::Value(Rational(n + 1)));
}

} // namespace
