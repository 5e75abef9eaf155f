#include "driver/commands/commands.h"
#include "driver/ledger.h"
#include "driver/render.h"
#include "driver/statement.h"
#include "session/refusal.h"
#include "support/date.h"
#include <iostream>
#include <unistd.h>

namespace deal::driver {

int eval_command(const EvalOptions &o) {
  if (!o.rows.empty()) return rows_command(o);
  if (o.format == "csv") throw Stop{"`--format csv` is for tables (`--rows`): an answer is text or json"};
  auto subject = open_subject(o.file);
  auto asked = prepare(subject, o.questions, !o.given.events.empty(), o.explain);
  std::optional<std::int32_t> day;
  if (!o.given.on.empty()) day = day_of_option(o.given.on);
  for (auto &a : asked)
    if (!day && needs_day(subject, a)) throw Stop{fmt::format("`{}` depends on the day: say `--on YYYY-MM-DD`", a.text)};
  host::Instance instance(subject.interface(), subject.running->code);
  apply_given(subject, o.given, instance);
  LastSteps steps;
  Statement statement(subject.interface());
  Accounts accounts;
  auto asked_on = day.value_or(0); // where no answer depends on it: any that is not before the ledger's
  if (!o.given.events.empty()) {
    Ledger ledger(subject, o.given.events, o.given.keep);
    instance.keep_no_rows(); // no question is about a day before the last row
    while (auto row = ledger.next()) {
      if (day && row->on > *day) continue;
      if (!day) asked_on = std::max(asked_on, row->on);
      std::vector<std::int64_t> trace;
      std::vector<StatementLine> lines;
      std::vector<host::Ticked> ticks;
      auto status = statement.apply(instance, row_of(subject.model(), *row), accounts, true, lines, trace, &ticks);
      remember(subject, steps, ticks);
      if (status == Status::ok) remember(subject, steps, *row, trace);
      if (status >= Status::tick_needed || status == Status::input_out_of_range)
        throw Stop{ledger.place() + "the row is refused: " + refusal(subject.interface(), row_of(subject.model(), *row), status)};
    }
  }
  if (!o.given.events.empty()) {
    std::vector<StatementLine> lines;
    std::vector<host::Ticked> ticks;
    statement.through(instance, asked_on, accounts, true, lines, &ticks);
    remember(subject, steps, ticks);
  }
  // A balance is explained by the sum that makes it, any other figure by the steps on its way.
  auto term = [&](const Asked &a) { return a.index < 0 ? nullptr : &subject.interface().terms[static_cast<std::size_t>(a.index)]; };
  auto currency = [&](const Asked &a) { return subject.interface().clauses[static_cast<std::size_t>(term(a)->clause)].currency; };
  auto sum = [&](const Asked &a, const host::Answer &x) {
    auto *t = term(a);
    if (!o.explain || !t || t->clause < 0 || x.status != Status::ok || t->name.ends_with(".earned")) return std::vector<Summand>();
    return statement.sum(instance, accounts, t->clause, t->name.substr(t->name.rfind('.') + 1), asked_on);
  };
  int code = 0;
  for (auto &a : asked) {
    auto told = tell(subject, a, instance, asked_on);
    auto status = told.answer.status;
    if (status > Status::unknown && status != Status::readings_differ) code = 1;
    if (o.format == "json") {
      auto j = json_of(subject, a, told, o.explain);
      auto summands = sum(a, told.answer);
      for (auto &s : summands) j["sum"].push_back({{"what", s.what}, {"amount", format_value(currency(a), in_units(currency(a), s.amount))}});
      if (auto latest = o.explain && summands.empty() ? latest_event(subject, a, steps) : std::nullopt) j["latest"] = json_of(*latest);
      std::cout << j.dump() << "\n";
      continue;
    }
    std::cout << (asked.size() > 1 ? a.text + " = " : "") << text_of(subject, a, told, o.explain, width_of(STDOUT_FILENO));
    if (auto figures_of = sum(a, told.answer); !figures_of.empty()) std::cout << sum_text(currency(a), figures_of, 4);
    else if (auto latest = o.explain ? latest_event(subject, a, steps) : std::nullopt) std::cout << text_of(*latest);
  }
  return code;
}

} // namespace deal::driver
