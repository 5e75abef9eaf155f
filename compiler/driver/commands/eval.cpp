#include "driver/commands/commands.h"
#include "driver/ledger.h"
#include "driver/statement.h"
#include "session/refusal.h"
#include "support/date.h"
#include <iostream>
#include <nlohmann/json.hpp>

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
      auto status = statement.apply(instance, row_of(subject.model(), *row), accounts, true, lines, trace);
      if (status == Status::ok) remember(subject, steps, *row, trace);
      if (status >= Status::tick_needed || status == Status::input_out_of_range)
        throw Stop{ledger.place() + "the row is refused: " + refusal(subject.interface(), row_of(subject.model(), *row), status)};
    }
  }
  if (!o.given.events.empty()) {
    std::vector<StatementLine> lines;
    statement.through(instance, asked_on, accounts, lines);
  }
  // A balance is explained by the sum that makes it, any other figure by the steps on its way.
  auto reasons = [&](const Asked &a, const host::Answer &x) {
    auto *term = a.index < 0 ? nullptr : &subject.interface().terms[static_cast<std::size_t>(a.index)];
    if (!term || term->clause < 0 || x.status != Status::ok) return explain(subject, a, x, asked_on, steps);
    auto word = term->name.substr(term->name.rfind('.') + 1);
    auto sum = word == "earned" ? std::vector<Summand>() : statement.sum(instance, accounts, term->clause, word, asked_on);
    if (sum.empty()) return explain(subject, a, x, asked_on, steps);
    auto &currency = subject.interface().clauses[static_cast<std::size_t>(term->clause)].currency;
    return explain(subject, a, x, asked_on, {}) + sum_text(currency, sum, 4);
  };
  int code = 0;
  for (auto &a : asked) {
    auto x = answer(a, instance, asked_on, true);
    if (x.status > Status::unknown && x.status != Status::readings_differ) code = 1;
    if (o.format == "json") {
      nlohmann::ordered_json j;
      j["term"] = a.text;
      j["type"] = base_words[a.type.base];
      j["value"] = nullptr;
      if (x.status == Status::ok) {
        if (a.type.base == ValueType::boolean) j["value"] = x.value != 0;
        else j["value"] = format_value(a.type, x.value);
      }
      j["status"] = status_word(x.status);
      if (o.explain) j["explanation"] = reasons(a, x);
      std::cout << j.dump() << "\n";
      continue;
    }
    std::cout << (asked.size() > 1 ? a.text + " = " : "") << say(a, x, subject) << deciding(subject, a, x, asked_on) << "\n";
    auto waits = x.status == Status::unknown || x.status == Status::readings_differ ? waits_for(subject, a, instance) : std::string();
    if (!waits.empty()) std::cout << "  it would be settled by: " << waits << "\n";
    if (x.status == Status::readings_differ) {
      std::string names;
      for (auto &group : subject.interface().readings)
        for (auto &n : group) names += fmt::format("{}{}{}", names.empty() ? "" : ", ", n.name, n.title.empty() ? "" : " “" + n.title + "”");
      std::cout << "  the readings part here; choose one with --reading: " << names << "\n";
    }
    if (o.explain) std::cout << reasons(a, x);
  }
  return code;
}

} // namespace deal::driver
