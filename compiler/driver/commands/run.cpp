// The statement: what each row of a ledger brought, so that every line can be redone on a pocket calculator.
#include "driver/commands/commands.h"
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

std::string csv_cell(const std::string &t) {
  if (t.find_first_of(",\"\n\r") == std::string::npos) return t;
  std::string out = "\"";
  for (char c : t) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

class Statement {
public:
  Statement(Subject &subject, host::Instance &instance) : s_(subject), i_(subject.interface()), instance_(instance) {}

  // Lines for the payments that a row concerns.
  void row(const Happening &h, Status status, const std::vector<std::int64_t> &trace) {
    auto r = row_of(s_.model(), h);
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
      for (auto word : {"accrued", "payable_on", "payable", "paid", "owing", "room"}) {
        auto x = ask(clause.name + "." + word, h.on);
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
      lines_[c].push_back(std::move(line));
    }
  }

  void learn_rates() { // which parameters each payment reads, so that a rate stands beside its payment only
    for (std::size_t c = 0; c < i_.clauses.size(); ++c)
      for (auto &t : i_.terms)
        if (t.name == i_.clauses[c].name + ".accrued")
          for (int p : t.parameters) reads_[c].insert(i_.parameters[static_cast<std::size_t>(p)].name);
  }

  void print(const std::string &format) const {
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
      if (format == "json")
        for (auto &line : lines) {
          nlohmann::ordered_json j;
          j["payment"] = clause.name;
          for (auto &[column, text] : line) j[column] = text.first;
          std::cout << j.dump() << "\n";
        }
      if (format == "csv") {
        std::cout << "payment";
        for (auto &h : order) std::cout << "," << csv_cell(h);
        std::cout << "\n";
        for (auto &line : lines) {
          std::cout << csv_cell(clause.name);
          for (auto &h : order) std::cout << "," << csv_cell(cell(line, h, false));
          std::cout << "\n";
        }
      }
      if (format == "text") {
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
  }

  host::Answer ask(const std::string &term, std::int32_t day) {
    for (std::size_t t = 0; t < i_.terms.size(); ++t)
      if (i_.terms[t].name == term) return instance_.ask(t, day);
    return {Status::no_rule_applies, 0, {}};
  }

private:
  Subject &s_;
  const lower::Interface &i_;
  host::Instance &instance_;
  std::map<std::size_t, std::vector<Line>> lines_;
  std::map<std::size_t, std::set<std::string>> reads_;
};

} // namespace

int run_command(const RunOptions &o) {
  auto subject = open_subject(o.file);
  make_code(subject, lower::Request{}, 0);
  host::Instance instance(subject.interface(), subject.running->code);
  apply_given(subject, o.given, instance);
  auto rows = read_ledger(subject, o.given.events);
  Statement statement(subject, instance);
  statement.learn_rates();
  int code = 0;
  std::optional<std::int32_t> last;
  if (!o.given.on.empty()) last = day_of_option(o.given.on);
  for (auto &[row, place] : rows) {
    if (last && row.on > *last) break;
    std::vector<std::int64_t> trace;
    auto status = instance.apply(row_of(subject.model(), row), &trace);
    if (status != Status::ok) {
      std::cerr << place << "the row is refused: " << status_word(status) << "\n";
      bool input = status >= Status::tick_needed || status == Status::input_out_of_range;
      code = std::max(code, input ? 2 : 1);
      if (!input) break;
      continue;
    }
    statement.row(row, status, trace);
  }
  statement.print(o.format);
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
