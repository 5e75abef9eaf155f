#include "driver/commands/commands.h"
#include "support/date.h"
#include <iostream>

namespace deal::driver {

int describe_command(const std::string &file) {
  auto s = open_subject(file);
  if (!s.library) make_code(s, lower::Request{}, 0);
  auto &i = s.interface();
  std::cout << fmt::format("{}{}\n", i.name, i.title.empty() ? "" : " — " + i.title);
  if (i.effective) std::cout << "effective " << format_date(*i.effective) << "\n";
  auto titled = [](const std::string &name, const std::string &title) { return name + (title.empty() ? "" : " “" + title + "”"); };
  auto heading = [](const char *text) { std::cout << "\n" << text << "\n"; };
  if (!i.parties.empty()) heading("parties");
  for (auto &p : i.parties) std::cout << "  " << titled(p.name, p.title) << "\n";
  if (!i.parameters.empty()) heading("parameters");
  for (std::size_t k = 0; k < i.parameters.size(); ++k)
    for (auto &v : i.parameters[k].versions)
      std::cout << fmt::format("  {}: {}{}{}\n", i.parameters[k].name,
                               v.value ? for_people(i.parameter_layout.slots[k].type, *v.value) : "not disclosed",
                               v.from != INT32_MIN ? " from " + format_date(v.from) : "",
                               v.badge ? fmt::format(" ({}{})", v.badge->kind, v.badge->source.empty() ? "" : " “" + v.badge->source + "”") : "");
  if (!i.facts.empty()) heading("facts");
  for (auto &f : i.facts)
    std::cout << fmt::format("  {}{}\n", titled(f.name, f.title),
                             !f.decider.empty()     ? ", decided by " + f.decider
                             : f.decider_not_stated ? ", decider not stated"
                                                    : "");
  if (!i.events.empty()) heading("events");
  for (auto &e : i.events) {
    std::cout << "  " << titled(e.name, e.title);
    for (auto &f : e.fields)
      std::cout << fmt::format(" {}: {}", f.name, f.type.base == ValueType::money ? "money " + f.type.currency : base_words[f.type.base]);
    std::cout << "\n";
  }
  if (!i.clauses.empty()) heading("clauses");
  for (auto &c : i.clauses) {
    std::cout << fmt::format("  {} {}\n", c.kind, titled(c.name, c.title));
    for (auto &v : c.versions) {
      if (v.from != INT32_MIN) std::cout << fmt::format("    from {}{}\n", format_date(v.from), v.ended ? ": ended" : "");
      for (auto &t : v.texts) std::cout << fmt::format("      “{}”{}\n", t.text, t.source.empty() ? "" : " — " + t.source);
    }
  }
  if (!i.amendments.empty()) heading("amendments");
  for (auto &a : i.amendments) {
    std::cout << fmt::format("  {} {}\n", format_date(a.effective), titled(a.name, a.title));
    for (auto &t : a.texts) std::cout << fmt::format("    “{}”{}\n", t.text, t.source.empty() ? "" : " — " + t.source);
  }
  heading("can be asked");
  for (auto &t : i.terms)
    std::cout << fmt::format("  {}: {}  [{}]\n", t.name, t.type.base == ValueType::money ? "money " + t.type.currency : base_words[t.type.base],
                             t.symbol);
  for (auto &q : i.questions) {
    auto &a = i.actions[static_cast<std::size_t>(q.action)];
    std::string fields;
    for (auto &f : a.fields) fields += (fields.empty() ? "" : ", ") + f.name;
    std::cout << fmt::format("  may PARTY {}({})  [{}]\n", a.name, fields, q.symbol);
  }
  for (auto &n : i.notes) std::cout << "\nnote: " << n << "\n";
  return 0;
}

} // namespace deal::driver
