// The statement: what each row of a ledger brought, so that every line can be redone on a pocket calculator.
#include "driver/commands/commands.h"
#include "driver/ledger.h"
#include "support/date.h"
#include <iostream>
#include <nlohmann/json.hpp>

namespace deal::driver {

using namespace check;

namespace {

using Line = std::vector<std::pair<std::string, std::pair<std::string, std::string>>>; // column → machine text, text for people

// Widths by code points; numbers to the right.
void print_table(const std::vector<std::string> &head, const std::vector<std::vector<std::string>> &rows) {
  std::vector<std::size_t> widths;
  for (std::size_t c = 0; c < head.size(); ++c) {
    auto w = columns(head[c]);
    for (auto &r : rows) w = std::max(w, columns(r[c]));
    widths.push_back(w);
  }
  auto line = [&](const std::vector<std::string> &cells) {
    std::string out;
    for (std::size_t c = 0; c < cells.size(); ++c) {
      auto pad = std::string(widths[c] - columns(cells[c]), ' ');
      out += "  " + (c == 0 ? cells[c] + pad : pad + cells[c]);
    }
    while (!out.empty() && out.back() == ' ') out.pop_back();
    std::cout << out << "\n";
  };
  line(head);
  std::string rule = "  ";
  for (std::size_t c = 0; c < widths.size(); ++c) {
    for (std::size_t k = 0; k < widths[c]; ++k) rule += "─";
    if (c + 1 < widths.size()) rule += "  ";
  }
  std::cout << rule << "\n";
  for (auto &r : rows) line(r);
}

class Statement {
public:
  Statement(Subject &subject, host::Instance &instance, const std::string &format)
      : s_(subject), i_(subject.interface()), instance_(instance), format_(format) {
    for (std::size_t c = 0; c < i_.clauses.size(); ++c) {
      auto &clause = i_.clauses[c];
      if (clause.kind != "payment") continue;
      for (auto *word : balance_words)
        for (std::size_t t = 0; t < i_.terms.size(); ++t)
          if (i_.terms[t].name == clause.name + "." + word) balance_[c].push_back(t);
      // Which parameters it reads, so that a rate stands beside its payment only.
      for (int p : i_.terms[balance_[c][0]].parameters) reads_[c].insert(i_.parameters[static_cast<std::size_t>(p)].name);
    }
    if (format_ == "csv") write_head();
  }

  // Lines for the payments that a row concerns: kept for people, whose columns are as wide as they must be, else written at once.
  void row(const Happening &h, const host::Row &r, Status status, const std::vector<std::int64_t> &trace) {
    auto step = std::find_if(i_.steps.begin(), i_.steps.end(), [&](auto &x) { return x.kind == r.kind && x.subject == r.subject; });
    for (std::size_t c = 0; c < i_.clauses.size(); ++c) {
      auto &clause = i_.clauses[c];
      if (clause.kind != "payment") continue;
      auto site = [&](const std::string &name) -> std::optional<Rational> {
        for (std::size_t k = 0; k < step->sites.size(); ++k)
          if (step->sites[k].name == name) return Rational(Integer(trace[k]), power_of_ten(step->sites[k].type.scale));
        return std::nullopt;
      };
      bool paid = h.kind == Happening::pays && h.subject == static_cast<int>(c);
      bool triggered = site(clause.name + ": earned").has_value();
      if (!paid && !triggered) continue;
      Line line;
      auto put = [&](const std::string &column, const std::string &machine, const std::string &people) {
        line.push_back({column, {machine, people}});
      };
      auto money = [&](const std::string &column, const std::optional<Rational> &v, bool without_zero = false) {
        if (!v) return put(column, "", "");
        auto text = for_people(clause.currency, *v);
        put(column, format_value(clause.currency, *v), without_zero && *v == 0 ? "–" : text.substr(0, text.rfind(' ')));
      };
      put("on", format_date(h.on), format_date(h.on));
      put("for", format_date(h.economic), paid ? "" : format_date(h.economic));
      put("what", h.kind == Happening::pays ? "payment" : i_.events[static_cast<std::size_t>(h.subject)].name,
          paid ? "payment made" : i_.events[static_cast<std::size_t>(h.subject)].name);
      auto &fields = step->layout.slots;
      for (std::size_t f = 0; f < h.values.size(); ++f) {
        auto &slot = fields[f + 2];
        auto *v = std::get_if<Rational>(&h.values[f]);
        auto text = v ? format_value(slot.type, *v) : std::string();
        auto people = v ? for_people(slot.type, *v) : std::string();
        if (slot.type.base == ValueType::money) people = people.substr(0, people.rfind(' '));
        put(paid ? "paid now" : slot.name, text, people);
      }
      if (triggered) {
        for (std::size_t k = 0; k < step->sites.size(); ++k) {
          auto &x = step->sites[k];
          if (x.name.find(": ") == std::string::npos && x.type.base == ValueType::percent) {
            bool used = lower::evaluated(trace, step->sites.size(), k);
            auto text = used ? format_value(x.type, Rational(Integer(trace[k]), power_of_ten(x.type.scale))) : "";
            if (reads_[c].count(x.name)) put("rate", text, text);
          }
        }
        money("entitlement", site(clause.name + ": entitlement"));
        money("cap", site(clause.name + ": effect of the cap"), true);
        money("earned", site(clause.name + ": earned"));
      }
      if (triggered && !paid) {
        auto entitlement = site(clause.name + ": entitlement"), cap = site(clause.name + ": effect of the cap");
        auto &v = h.values.empty() ? *entitlement : std::get<Rational>(h.values[0]);
        bool stated = std::any_of(h.values.begin(), h.values.end(), [](auto &x) { return std::holds_alternative<Rational>(x); });
        std::string note = stated && v != 0 && *entitlement == 0 ? "outside its term"
                           : *cap < 0                            ? "the cap bites"
                           : *cap > 0                            ? "room is given back"
                                                                 : "";
        put("note", note, note);
      } else put("note", "", paid ? "payment of " + for_people(clause.currency, std::get<Rational>(h.values[0])) : "");
      for (auto &word : balance_words) {
        auto x = instance_.ask(balance_[c][static_cast<std::size_t>(&word - balance_words)], h.on);
        if (x.status != Status::ok)
          put(word, std::string(status_word(x.status)),
              x.status == Status::no_rule_applies ? "–"
              : x.status == Status::unknown       ? "not known"
                                                  : std::string(status_word(x.status)));
        else if (std::string_view(word) == "payable_on")
          put(word, format_date(static_cast<std::int32_t>(x.value)), format_date(static_cast<std::int32_t>(x.value)));
        else money(word, x.value);
      }
      put("status", std::string(status_word(status)), status == Status::ok ? "" : std::string(status_word(status)));
      if (format_ == "text") lines_[c].push_back(std::move(line));
      else write(clause.name, line);
    }
  }

  void print() const {
    for (auto &[c, lines] : lines_) {
      auto &clause = i_.clauses[c];
      std::vector<std::string> head;
      for (auto &line : lines)
        for (auto &[column, text] : line)
          if (std::find(head.begin(), head.end(), column) == head.end()) head.push_back(column);
      std::vector<std::string> order = {"on", "for", "what"};
      for (auto &h : head)
        if (std::find(order.begin(), order.end(), h) == order.end() && h != "paid now") order.push_back(h);
      if (std::find(head.begin(), head.end(), "paid now") != head.end()) order.insert(std::find(order.begin(), order.end(), "accrued"), "paid now");
      auto cell = [&](const Line &line, const std::string &column, bool people) {
        for (auto &[name, text] : line)
          if (name == column) return people ? text.second : text.first;
        return std::string();
      };
      bool any_status = std::any_of(lines.begin(), lines.end(), [&](auto &l) { return !cell(l, "status", true).empty(); });
      if (!any_status) std::erase(order, "status");
      std::vector<std::vector<std::string>> rows;
      std::vector<std::string> titles;
      for (auto h : order) {
        std::replace(h.begin(), h.end(), '_', ' ');
        titles.push_back(h);
      }
      for (auto &line : lines) {
        std::vector<std::string> cells;
        for (auto &h : order) cells.push_back(cell(line, h, true));
        rows.push_back(std::move(cells));
      }
      std::cout << clause.name << (clause.title.empty() ? "" : ", " + clause.title) << ", in " << clause.currency.currency << "\n";
      // What the row brought, then what it left: two tables that fit a terminal.
      auto part = [&](bool first) {
        std::vector<std::string> some_titles;
        std::vector<std::vector<std::string>> some(rows.size());
        bool balance = false;
        for (std::size_t c2 = 0; c2 < order.size(); ++c2) {
          balance |= order[c2] == "accrued";
          if (c2 > 0 && balance == first) continue;
          if (order[c2] == "paid now" && first) continue;
          some_titles.push_back(titles[c2]);
          for (std::size_t r = 0; r < rows.size(); ++r) some[r].push_back(rows[r][c2]);
        }
        print_table(some_titles, some);
        std::cout << "\n";
      };
      part(true);
      part(false);
      for (auto &t : i_.terms)
        if (t.name == clause.name + ".accrued")
          for (int p : t.parameters) {
            auto &info = i_.parameters[static_cast<std::size_t>(p)];
            for (auto &v : info.versions)
              if (v.badge && v.value)
                std::cout << fmt::format("  {} {}: {}{}\n", info.name,
                                         for_people(i_.parameter_layout.slots[static_cast<std::size_t>(p)].type, *v.value), v.badge->kind,
                                         v.badge->source.empty() ? "" : " “" + v.badge->source + "”");
          }
      std::cout << "\n";
    }
  }

  host::Answer ask(const std::string &term, std::int32_t day) {
    for (std::size_t t = 0; t < i_.terms.size(); ++t)
      if (i_.terms[t].name == term) return instance_.ask(t, day);
    return {Status::no_rule_applies, 0, {}};
  }

private:
  static constexpr const char *balance_words[] = {"accrued", "payable_on", "payable", "paid", "owing", "room"};

  // One table for all payments: what any of them can say.
  void write_head() {
    columns_ = {"on", "for", "what"};
    auto add = [&](const std::string &column) {
      if (std::find(columns_.begin(), columns_.end(), column) == columns_.end()) columns_.push_back(column);
    };
    bool rates = false;
    for (auto &step : i_.steps)
      for (std::size_t k = 2; k < step.layout.slots.size(); ++k)
        if (!step.earned.empty()) add(step.layout.slots[k].name);
    for (auto &p : i_.parameter_layout.slots)
      for (auto &[c, names] : reads_) rates |= p.type.base == ValueType::percent && names.count(p.name);
    if (rates) add("rate");
    for (auto *column : {"entitlement", "cap", "earned", "note", "paid now"}) add(column);
    for (auto *word : balance_words) add(word);
    add("status");
    std::cout << "payment";
    for (auto &column : columns_) std::cout << "," << csv_cell(column);
    std::cout << "\n";
  }
  void write(const std::string &clause, const Line &line) const {
    if (format_ == "json") {
      nlohmann::ordered_json j;
      j["payment"] = clause;
      for (auto &[column, text] : line) j[column] = text.first;
      std::cout << j.dump() << "\n";
      return;
    }
    std::cout << csv_cell(clause);
    for (auto &column : columns_) {
      auto at = std::find_if(line.begin(), line.end(), [&](auto &x) { return x.first == column; });
      std::cout << "," << (at == line.end() ? std::string() : csv_cell(at->second.first));
    }
    std::cout << "\n";
  }

  Subject &s_;
  const lower::Interface &i_;
  host::Instance &instance_;
  const std::string &format_;
  std::vector<std::string> columns_;                        // of the CSV
  std::map<std::size_t, std::vector<std::size_t>> balance_; // of a payment, the terms of balance_words
  std::map<std::size_t, std::vector<Line>> lines_;
  std::map<std::size_t, std::set<std::string>> reads_;
};

} // namespace

int run_command(const RunOptions &o) {
  auto subject = open_subject(o.file);
  make_code(subject, lower::Request{}, 0);
  host::Instance instance(subject.interface(), subject.running->code);
  apply_given(subject, o.given, instance);
  instance.keep_no_rows();
  Statement statement(subject, instance, o.format);
  int code = 0;
  std::optional<std::int32_t> last;
  if (!o.given.on.empty()) last = day_of_option(o.given.on);
  Ledger ledger(subject, o.given.events);
  while (auto happening = ledger.next()) {
    if (last && happening->on > *last) break;
    std::vector<std::int64_t> trace;
    auto row = row_of(subject.model(), *happening);
    auto status = instance.apply(row, &trace);
    if (status != Status::ok) {
      std::cerr << ledger.place() << "the row is refused: " << status_word(status) << "\n";
      bool input = status >= Status::tick_needed || status == Status::input_out_of_range;
      code = std::max(code, input ? 2 : 1);
      if (!input) break;
      continue;
    }
    statement.row(*happening, row, status, trace);
  }
  statement.print();
  if (last && o.format == "text") {
    std::cout << "as of " << format_date(*last) << "\n";
    for (auto &c : subject.interface().clauses) {
      if (c.kind != "payment") continue;
      auto part = [&](const char *word) {
        auto x = statement.ask(c.name + "." + word, *last);
        return x.status == Status::ok ? for_people(c.currency, x.value)
                                      : std::string(x.status == Status::unknown ? "not known" : status_word(x.status));
      };
      std::cout << fmt::format("  {}: accrued {}, payable {}, paid {}, owing {}\n", c.name, part("accrued"), part("payable"), part("paid"),
                               part("owing"));
    }
  }
  return code;
}

} // namespace deal::driver
