// Sums of dates and periods from another project: each case is a question under round up, round down and (abort) no `month end`.
#include "session/evaluator.h"
#include "support/date.h"
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

using namespace deal;
using json = nlohmann::ordered_json;

namespace {

// The answer as an ISO date, "refused" where check refuses, else the status.
std::string ask(const std::string &month_end, const json &request) {
  auto date = request["date"].get<std::string>();
  auto period = request["period"];
  auto months = period.value("years", 0) * 12 + period.value("months", 0);
  auto days = period.value("days", 0);
  auto part = [](int n, const char *unit) { return n == 0 ? std::string() : fmt::format(" {} {} {}", n < 0 ? "-" : "+", std::abs(n), unit); };
  auto expression = months ? fmt::format("({}{}){}", date, part(months, "months"), part(days, "days")) : date + part(days, "days");
  Sink sink;
  auto compiled = session::compile(Source("dates", "deal D\n" + month_end + "define x: date = " + expression + "\n"), sink);
  if (sink.failed()) return "refused";
  auto term = check::check_question(compiled.program, Source("q", "x"), sink);
  auto running = session::run_here(compiled.program.model, {false, false, {*term}}, 0);
  auto x = session::native_of(compiled.program.model, {*term}, std::move(*running))()->ask(*term, 0);
  return x.status == Status::ok ? format_date(static_cast<std::int32_t>(std::get<Rational>(x.value))) : std::string(status_word(x.status));
}

// The last day of the month that holds a day: what is reported for that day is payable then.
std::int32_t last_of_month(std::int32_t day) {
  static const char *text = "deal D\ncurrency USD\nparty A, B\nevent E { amount: money }\npayment P { A pays E.amount to B payable within 0 days "
                            "after each calendar month }\n";
  Sink sink;
  auto compiled = session::compile(Source("dates", text), sink);
  auto &m = compiled.program.model;
  auto term = check::check_question(compiled.program, Source("q", "P.payable_on"), sink);
  auto running = session::run_here(m, {false, true, {*term}}, 0);
  auto evaluator = session::native_of(m, {*term}, std::move(*running))();
  check::Happening h{};
  h.on = h.economic = day;
  h.subject = check::EventId::at(0);
  h.values = {Rational(1)};
  evaluator->apply(h);
  return static_cast<std::int32_t>(std::get<Rational>(evaluator->ask(*term, day).value));
}

} // namespace

int main(int argc, char **argv) {
  if (argc < 2) return std::cerr << "usage: dates FILE\n", 2;
  std::ifstream in(argv[1]);
  auto file = json::parse(in);
  int pass = 0, differs = 0;
  for (auto &c : file["cases"]) {
    auto &expect = c["expect"];
    auto one = [&](const std::string &mode, const std::string &month_end, const std::string &wanted) {
      auto found = ask(month_end, c["request"]);
      if (found == wanted) return true;
      std::cout << fmt::format("  differs: {} ({}): found {}, expected {}\n", c["name"].get<std::string>(), mode, found, wanted);
      return false;
    };
    bool good = true;
    auto text = [](const json &j) { return j.is_string() ? j.get<std::string>() : std::string("refused"); };
    if (expect.contains("first")) {
      auto day = *parse_date(c["request"]["date"].get<std::string>());
      auto last = last_of_month(day), first = last_of_month(day - static_cast<std::int32_t>(static_cast<unsigned>(civil(day).day()))) + 1;
      good = format_date(first) == text(expect["first"]) && format_date(last) == text(expect["last"]);
      if (!good) std::cout << fmt::format("  differs: {}: {} … {}\n", c["name"].get<std::string>(), format_date(first), format_date(last));
    } else if (expect.contains("date")) {
      for (auto mode : {"month end up\n", "month end down\n", ""}) good &= one(mode, mode, text(expect["date"]));
    } else {
      good &= one("round up", "month end up\n", text(expect["round_up"]));
      good &= one("round down", "month end down\n", text(expect["round_down"]));
      good &= one("abort", "", "refused");
    }
    good ? ++pass : ++differs;
  }
  std::cout << fmt::format("{:<32} pass {:>6}  differs {:>5}  refused {:>5}\n", "dates", pass, differs, 0);
  return differs ? 1 : 0;
}
