#include "driver/commands/commands.h"
#include "driver/ledger.h"
#include "driver/render.h"
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
  auto asked_on = day.value_or(0); // where no answer depends on it: any that is not before the ledger's
  if (!o.given.events.empty()) {
    Ledger ledger(subject, o.given.events);
    instance.keep_no_rows(); // no question is about a day before the last row
    while (auto row = ledger.next()) {
      if (day && row->on > *day) continue;
      if (!day) asked_on = std::max(asked_on, row->on);
      std::vector<std::int64_t> trace;
      auto status = instance.apply(row_of(subject.model(), *row), &trace);
      if (status == Status::ok) remember(subject, steps, *row, trace);
      if (status >= Status::tick_needed || status == Status::input_out_of_range)
        throw Stop{ledger.place() + "the row is refused: " + std::string(status_word(status))};
    }
  }
  int code = 0;
  for (auto &a : asked) {
    auto told = tell(subject, a, instance, asked_on);
    auto status = told.answer.status;
    if (status > Status::unknown && status != Status::readings_differ) code = 1;
    if (o.format == "json") {
      std::cout << json_of(subject, a, told, o.explain).dump() << "\n";
      continue;
    }
    std::cout << (asked.size() > 1 ? a.text + " = " : "") << text_of(subject, a, told, o.explain, width_of(STDOUT_FILENO));
    if (o.explain) std::cout << figures(subject, a, steps);
  }
  return code;
}

} // namespace deal::driver
