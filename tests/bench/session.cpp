// The session, as the REPL asks it: a deal with a ledger of 160 rows at hand.
#include "session/desk.h"
#include "support/date.h"
#include "workload.h"
#include <fstream>
#include <sstream>

namespace deal::bench {

namespace {

std::string row(int k) {
  return fmt::format("on {} OpenAI reports Revenue {}.{:02} USD for 2026-06-30", format_date(*parse_date("2026-07-30") + k), 1'000'000 + 7'919 * k, k % 100);
}

template <class F> double each(int times, F work) { // the median, in seconds
  std::vector<double> took;
  for (int k = 0; k < times; ++k) {
    auto before = now();
    work(k);
    took.push_back(now() - before);
  }
  return median(took);
}

} // namespace

void desk(const Bench &bench) {
  std::ifstream in(bench.root + "/examples/partnership/partnership.deal", std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  deal::session::Desk at_hand(Source("partnership.deal", text.str()));
  constexpr int rows = 160;
  for (int k = 0; k < rows; ++k)
    if (!at_hand.step(row(k)).taken()) stop("the desk refuses a row");
  auto day = *at_hand.last_day();
  auto ask = [&](const std::string &question) {
    if (!at_hand.ask(question, day).given()) stop("the desk gives no answer");
  };
  ask("OpenAIToMicrosoft.accrued");
  head("the partnership at the desk after 160 rows (theirs: their targets)", "ms");
  put("a question that was asked before", each(50, [&](int) { ask("OpenAIToMicrosoft.accrued"); }), 0.001, 1.0);
  put("a new question", each(20, [&](int k) { ask(fmt::format("OpenAIToMicrosoft.accrued > {} USD", k)); }), 0.001, 1.0);
  put("a ledger row", each(50, [&](int k) {
        if (!at_hand.step(row(rows + k)).taken()) stop("the desk refuses a row");
      }), 0.001, 1.0);
}

} // namespace deal::bench
