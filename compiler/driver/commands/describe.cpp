// What a deal says and what it can be asked: its clauses and amendments as they are written, its names, its figures.
#include "driver/commands/commands.h"
#include "driver/render.h"
#include "support/date.h"
#include <iostream>
#include <sstream>
#include <unistd.h>

namespace deal::driver {
namespace {

class Description {
public:
  Description(const Subject &s, bool abi) : s_(s), i_(s.interface()), abi_(abi), width_(width_of(STDOUT_FILENO)) {}

  void print() const {
    line(0, i_.name + (i_.title.empty() ? "" : " — " + i_.title));
    if (i_.effective) line(0, "effective " + format_date(*i_.effective));
    names();
    figures();
    happenings();
    s_.library ? clauses() : as_written();
    questions();
    for (auto &n : i_.notes) std::cout << "\n", line(0, "note: " + n);
  }

private:
  void line(std::size_t indent, const std::string &text) const { std::cout << wrapped(indent, text, width_); }
  void heading(const char *text) const { std::cout << "\n" << text << "\n"; }
  static std::string titled(const std::string &name, const std::string &title) { return name + (title.empty() ? "" : " “" + title + "”"); }
  static std::string type(const ValueType &t) { return t.base == ValueType::money ? "money " + t.currency : base_words[t.base]; }
  static std::string quoted(const interface::Contract &t) { return fmt::format("“{}”{}", t.text, t.source.empty() ? "" : " — " + t.source); }

  void names() const {
    if (!i_.parties.empty()) heading("parties");
    for (auto &p : i_.parties) line(2, titled(p.name, p.title));
  }

  void figures() const {
    if (!i_.parameters.empty()) heading("parameters");
    for (std::size_t k = 0; k < i_.parameters.size(); ++k)
      for (auto &v : i_.parameters[k].versions)
        line(2, fmt::format("{}: {}{}{}", i_.parameters[k].name,
                            v.value ? for_people(i_.parameter_layout.slots[k].type, *v.value) : "not disclosed",
                            v.from != INT32_MIN ? " from " + format_date(v.from) : "",
                            v.badge ? fmt::format(" ({}{})", v.badge->kind, v.badge->source.empty() ? "" : " “" + v.badge->source + "”") : ""));
    if (!i_.facts.empty()) heading("facts");
    for (auto &f : i_.facts)
      line(2, titled(f.name, f.title) + (!f.decider.empty() ? ", decided by " + f.decider : f.decider_not_stated ? ", decider not stated" : ""));
  }

  void happenings() const {
    if (!i_.events.empty()) heading("events");
    for (auto &e : i_.events) {
      auto out = titled(e.name, e.title);
      for (auto &f : e.fields) out += fmt::format(" {}: {}", f.name, type(f.type));
      line(2, out);
    }
  }

  // A file's clauses and amendments say all there is to say; comments between them do not belong to them.
  void as_written() const {
    for (bool amendments : {false, true}) {
      bool first = true;
      for (auto &item : s_.program.tree.items) {
        if (amendments ? !std::holds_alternative<syntax::Amendment>(item.node) : !std::holds_alternative<syntax::Clause>(item.node)) continue;
        if (std::exchange(first, false)) heading(amendments ? "amendments" : "clauses");
        lines(2, std::string(s_.program.sources.text(item.span)));
      }
    }
  }

  void lines(std::size_t indent, const std::string &text) const {
    std::istringstream in(text);
    for (std::string one; std::getline(in, one);)
      if (auto at = one.find_first_not_of(' '); at != std::string::npos) line(indent + at, one.substr(at));
  }

  // A library keeps what each version says in the end, whichever amendment said it.
  void clauses() const {
    if (!i_.clauses.empty()) heading("clauses");
    for (auto &c : i_.clauses) {
      line(2, std::string(clause_row(c.kind).word) + " " + titled(c.name, c.title));
      for (auto &v : c.versions) {
        if (v.from != INT32_MIN) line(4, fmt::format("from {}{}", format_date(v.from), v.ended ? ": ended" : ""));
        for (auto &t : v.texts) line(6, quoted(t));
        for (auto &l : v.lines) lines(6, l.text + (l.badge ? " " + session::words_of(*l.badge) : ""));
      }
    }
    if (!i_.amendments.empty()) heading("amendments");
    for (auto &a : i_.amendments) {
      line(2, format_date(a.effective) + " " + titled(a.name, a.title));
      for (auto &t : a.texts) line(4, quoted(t));
    }
  }

  void questions() const {
    heading("can be asked");
    auto symbol = [&](const std::string &name) { return abi_ ? "  [" + name + "]" : std::string(); };
    for (auto &t : i_.terms) line(2, fmt::format("{}: {}{}", t.name, type(t.type), symbol(t.symbol)));
    for (auto &q : i_.questions) {
      auto &a = i_.actions[static_cast<std::size_t>(q.action)];
      std::string fields;
      for (auto &f : a.fields) fields += (fields.empty() ? "" : ", ") + f.name;
      line(2, fmt::format("may PARTY {}({}){}", a.name, fields, symbol(q.symbol)));
    }
  }

  const Subject &s_;
  const interface::Interface &i_;
  bool abi_;
  std::size_t width_;
};

} // namespace

int describe_command(const std::string &file, bool abi) {
  auto s = open_subject(file);
  if (!s.library) make_code(s, lower::Request{}, 0);
  Description(s, abi).print();
  return 0;
}

} // namespace deal::driver
