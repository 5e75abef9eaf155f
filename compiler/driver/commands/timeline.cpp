// The versions and the state of every license, drawn over time.
#include "driver/commands/commands.h"
#include "driver/ledger.h"
#include "support/date.h"
#include <iostream>

namespace deal::driver {

int timeline_command(const std::string &file, const Given &given) {
  auto s = open_subject(file);
  make_code(s, lower::Request{}, 0);
  auto &i = s.interface();
  host::Instance instance(i, s.running->code);
  apply_given(s, given, instance);
  if (!given.events.empty())
    for (Ledger ledger(s, given.events, given.keep); auto row = ledger.next();) instance.apply(row_of(s.model(), *row));
  std::set<std::int32_t> marks;
  for (auto &c : i.clauses)
    for (auto &v : c.versions)
      if (v.from != INT32_MIN) marks.insert(v.from);
  auto year = [](std::int32_t day) { return static_cast<int>(civil(day).year()); };
  int first = marks.empty() ? 2020 : year(*marks.begin()), last = (marks.empty() ? 2030 : year(*marks.rbegin())) + 8;
  auto term = [&](const std::string &name) {
    for (std::size_t t = 0; t < i.terms.size(); ++t)
      if (i.terms[t].name == name) return t;
    return i.terms.size();
  };
  constexpr int per_year = 4;
  std::string ruler;
  for (int y = first; y <= last; ++y)
    ruler += fmt::format("{:<{}}", y % 100 < 10 ? fmt::format("'0{}", y % 100) : fmt::format("'{}", y % 100), per_year);
  std::size_t widest = 0;
  for (auto &c : i.clauses) widest = std::max(widest, c.name.size());
  std::cout << fmt::format("{:<{}}  {}\n", "", widest, ruler);
  for (auto &c : i.clauses) {
    if (c.kind != "license" && c.kind != "exclusivity") continue;
    std::string line;
    for (int y = first; y <= last; ++y)
      for (int q = 0; q < per_year; ++q) {
        auto day = *day_of(y, static_cast<unsigned>(q * 3 + 1), 1);
        auto active = instance.ask(term(c.name + ".active"), day), exclusive = instance.ask(term(c.name + ".exclusive"), day);
        line += active.status != Status::ok ? "?" : active.value == 0 ? "·" : exclusive.status == Status::ok && exclusive.value != 0 ? "█" : "░";
      }
    std::cout << fmt::format("{:<{}}  {}\n", c.name, widest, line);
  }
  std::string row(static_cast<std::size_t>(last - first + 1) * per_year, ' ');
  for (auto day : marks) {
    auto at = static_cast<std::size_t>((year(day) - first) * per_year + (static_cast<int>(static_cast<unsigned>(civil(day).month())) - 1) / 3);
    if (at < row.size()) row[at] = '^';
  }
  std::cout << fmt::format("{:<{}}  {}\n", "versions", widest, row);
  std::cout << fmt::format("{:<{}}  █ exclusive or sole   ░ active, not exclusive   · not active   ? not known   ^ a version begins\n", "", widest);
  return 0;
}

} // namespace deal::driver
