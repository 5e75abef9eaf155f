// The statement: what each row of a ledger brought, so that every line can be redone on a pocket calculator.
#include "driver/commands/commands.h"
#include "driver/ledger.h"
#include "support/date.h"
#include <boost/asio/packaged_task.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <future>
#include <iostream>
#include <thread>
#include <unordered_map>
#include <nlohmann/json.hpp>

namespace deal::driver {

using namespace check;

namespace {

using Line = std::vector<std::pair<std::string, std::string>>; // column, text

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
  // `deals`: of a portfolio, the column that names them.
  Statement(Subject &subject, const std::string &format, const std::string &deals)
      : s_(subject), i_(subject.interface()), format_(format), deals_(deals) {
    for (std::size_t c = 0; c < i_.clauses.size(); ++c) {
      auto &clause = i_.clauses[c];
      if (clause.kind != "payment") continue;
      for (auto *word : balance_words)
        for (std::size_t t = 0; t < i_.terms.size(); ++t)
          if (i_.terms[t].name == clause.name + "." + word) balance_[c].push_back(t);
    }
    find_columns();
  }

  // Lines for the payments that a row concerns, as CSV or JSON.
  std::string row(host::Instance &instance, const Happening &h, const host::Row &r, const std::vector<std::int64_t> &trace,
                  const std::string &deal) const {
    std::string out;
    lines(instance, h, r, trace, [&](std::size_t c, Line line) { write(out, i_.clauses[c].name, deal, line); });
    return out;
  }
  // For people: kept, as columns are as wide as they must be.
  void keep(host::Instance &instance, const Happening &h, const host::Row &r, const std::vector<std::int64_t> &trace) {
    lines(instance, h, r, trace, [&](std::size_t c, Line line) { lines_[c].push_back(std::move(line)); });
  }
  std::string head() const {
    if (format_ != "csv") return {};
    std::string out = deals_.empty() ? "payment" : csv_cell(deals_) + ",payment";
    for (auto &column : columns_) out += "," + csv_cell(column);
    return out + "\n";
  }

  template <class F>
  void lines(host::Instance &instance, const Happening &h, const host::Row &r, const std::vector<std::int64_t> &trace, F found) const {
    bool people = format_ == "text";
    auto step = std::find_if(i_.steps.begin(), i_.steps.end(), [&](auto &x) { return x.kind == r.kind && x.subject == r.subject; });
    for (std::size_t c = 0; c < i_.clauses.size(); ++c) {
      auto &clause = i_.clauses[c];
      if (clause.kind != "payment") continue;
      auto site = [&](Stage stage, Figure figure = Figure::value) -> std::optional<Rational> {
        auto n = interface::noted(step->sites, trace, static_cast<int>(c), stage, figure);
        return n ? std::optional(Rational(Integer(*n), power_of_ten(clause.currency.scale))) : std::nullopt;
      };
      auto cut = [&] { // by all caps
        std::optional<Rational> out;
        for (auto cap : {Stage::cap_each_event, Stage::cap_each_period, Stage::cap_in_total})
          if (auto part = site(cap, Figure::cut)) out = out.value_or(0) + *part;
        return out;
      };
      bool paid = h.kind == Happening::pays && h.subject == static_cast<int>(c);
      bool triggered = std::any_of(step->sites.begin(), step->sites.end(),
                                   [&](auto &s) { return s.clause == static_cast<int>(c) && s.stage == Stage::earned; });
      if (!paid && !triggered) continue;
      Line line;
      auto put = [&](const std::string &column, std::string text) { line.emplace_back(column, std::move(text)); };
      auto amount = [&](const ValueType &type, const Rational &v) {
        if (!people) return format_value(type, v);
        auto text = for_people(type, v);
        return type.base == ValueType::money ? text.substr(0, text.rfind(' ')) : text;
      };
      auto money = [&](const std::string &column, const std::optional<Rational> &v, bool without_zero = false) {
        put(column, !v ? "" : people && without_zero && *v == 0 ? "–" : amount(clause.currency, *v));
      };
      put("on", format_date(h.on));
      put("for", people && paid ? "" : format_date(h.economic));
      put("what", !paid ? i_.events[static_cast<std::size_t>(h.subject)].name : people ? "payment made" : "payment");
      auto &fields = step->layout.slots;
      for (std::size_t f = 0; f < h.values.size(); ++f) {
        auto &slot = fields[f + 2];
        auto *v = std::get_if<Rational>(&h.values[f]);
        put(paid ? "paid now" : slot.name, v ? amount(slot.type, *v) : "");
      }
      if (triggered) {
        if (auto rate = rate_of(*step, trace, static_cast<int>(c))) put("rate", *rate);
        money("entitlement", site(Stage::amount));
        money("cap", cut(), true);
        money("earned", site(Stage::earned));
      }
      if (triggered && !paid) {
        auto cap = cut().value_or(0);
        auto term = interface::noted(step->sites, trace, static_cast<int>(c), Stage::term);
        put("note", term == 0 ? "outside its term" : cap < 0 ? "the cap bites" : cap > 0 ? "room is given back" : "");
      } else put("note", people && paid ? "payment of " + for_people(clause.currency, std::get<Rational>(h.values[0])) : "");
      for (auto &word : balance_words) {
        auto x = instance.ask(balance_.at(c)[static_cast<std::size_t>(&word - balance_words)], h.on);
        if (x.status != Status::ok)
          put(word, people && x.status == Status::no_rule_applies ? "–"
                    : people && x.status == Status::unknown       ? "not known"
                                                                  : std::string(status_word(x.status)));
        else if (std::string_view(word) == "payable_on") put(word, format_date(static_cast<std::int32_t>(x.value)));
        else money(word, x.value);
      }
      if (!people) put("status", "ok");
      found(c, std::move(line));
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
      std::vector<std::vector<std::string>> rows;
      std::vector<std::string> titles;
      for (auto h : order) {
        std::replace(h.begin(), h.end(), '_', ' ');
        titles.push_back(h);
      }
      for (auto &line : lines) {
        std::vector<std::string> cells;
        for (auto &h : order) cells.push_back(cell(line, h));
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

  host::Answer ask(host::Instance &instance, const std::string &term, std::int32_t day) const {
    for (std::size_t t = 0; t < i_.terms.size(); ++t)
      if (i_.terms[t].name == term) return instance.ask(t, day);
    return {Status::no_rule_applies, 0, {}};
  }

private:
  // The rate that gave the figure: what one chain of percents comes to; none where several gave it, or none did. Empty where it was not used.
  static std::optional<std::string> rate_of(const interface::StepInfo &step, const std::vector<std::int64_t> &trace, int clause) {
    std::optional<std::string> out;
    std::map<int, Rational> chains;
    for (std::size_t k = 0; k < step.sites.size(); ++k) {
      auto &s = step.sites[k];
      if (s.clause != clause || s.stage != Stage::rate) continue;
      out = "";
      if (interface::evaluated(trace, step.sites.size(), k))
        chains.try_emplace(s.chain, 1).first->second *= Rational(Integer(trace[k]), power_of_ten(s.type.scale));
    }
    if (chains.size() == 1) {
      ValueType percent;
      percent.base = ValueType::percent;
      percent.scale = 9;
      out = format_value(percent, chains.begin()->second);
    }
    return out;
  }
  static constexpr const char *balance_words[] = {"accrued", "payable_on", "payable", "paid", "owing", "room"};

  // One table for all payments: what any of them can say.
  void find_columns() {
    columns_ = {"on", "for", "what"};
    auto add = [&](const std::string &column) {
      if (std::find(columns_.begin(), columns_.end(), column) == columns_.end()) columns_.push_back(column);
    };
    bool rates = false;
    for (auto &step : i_.steps)
      for (std::size_t k = 2; k < step.layout.slots.size(); ++k)
        if (!step.earned.empty()) add(step.layout.slots[k].name);
    for (auto &step : i_.steps)
      rates |= std::any_of(step.sites.begin(), step.sites.end(), [](auto &s) { return s.stage == Stage::rate; });
    if (rates) add("rate");
    for (auto *column : {"entitlement", "cap", "earned", "note", "paid now"}) add(column);
    for (auto *word : balance_words) add(word);
    add("status");
  }
  void write(std::string &to, const std::string &clause, const std::string &deal, const Line &line) const {
    if (format_ == "json") {
      nlohmann::ordered_json j;
      if (!deals_.empty()) j[deals_] = deal;
      j["payment"] = clause;
      for (auto &[column, text] : line) j[column] = text;
      to += j.dump() + "\n";
      return;
    }
    if (!deals_.empty()) to += csv_cell(deal) + ",";
    to += csv_cell(clause);
    for (auto &column : columns_) to += "," + csv_cell(cell(line, column));
    to += "\n";
  }
  static std::string cell(const Line &line, const std::string &column) {
    auto at = std::find_if(line.begin(), line.end(), [&](auto &x) { return x.first == column; });
    return at == line.end() ? std::string() : at->second;
  }

  Subject &s_;
  const interface::Interface &i_;
  const std::string &format_, &deals_;
  std::vector<std::string> columns_;                        // of the CSV
  std::map<std::size_t, std::vector<std::size_t>> balance_; // of a payment, the terms of balance_words
  std::map<std::size_t, std::vector<Line>> lines_;
};

// What a row did: written, or why it is refused.
struct Done {
  Happening happening;
  host::Row row;
  std::string deal, place, text;
  Status status = Status::ok;
};

struct Deal {
  host::Instance instance;
  bool halted = false;
};

} // namespace

int run_command(const RunOptions &o) {
  auto subject = open_subject(o.file);
  bool portfolio = !o.portfolio.empty();
  if (portfolio && o.format == "text") throw Stop{"the statement of a portfolio is a table: say `--format csv` or `--format json`"};
  make_code(subject, lower::Request{}, portfolio ? 1 : 0);
  host::Instance fresh(subject.interface(), subject.running->code); // each deal begins as this
  apply_given(subject, o.given, fresh);
  fresh.keep_no_rows();
  Statement statement(subject, o.format, o.portfolio);
  std::optional<std::int32_t> last;
  if (!o.given.on.empty()) last = day_of_option(o.given.on);
  Ledger ledger(subject, o.given.events, o.given.keep, o.portfolio);

  // A deal's rows are one core's, in their order; what they say is written in the order of the ledger.
  auto threads = !portfolio ? 1u : o.threads == 0 ? std::max(1u, std::thread::hardware_concurrency()) : o.threads;
  std::vector<std::unordered_map<std::string, Deal>> deals(threads);
  std::vector<Done> rows;
  auto work = [&](std::size_t worker) {
    for (auto &r : rows) {
      if (threads > 1 && std::hash<std::string>()(r.deal) % threads != worker) continue;
      auto &deal = deals[worker].try_emplace(r.deal, Deal{fresh, false}).first->second;
      if (deal.halted) continue;
      std::vector<std::int64_t> trace;
      r.status = deal.instance.apply(r.row, &trace);
      if (r.status == Status::ok && o.format == "text") statement.keep(deal.instance, r.happening, r.row, trace);
      else if (r.status == Status::ok) r.text = statement.row(deal.instance, r.happening, r.row, trace, r.deal);
      else deal.halted = r.status < Status::tick_needed && r.status != Status::input_out_of_range;
    }
  };
  int code = 0;
  boost::asio::thread_pool pool(threads);
  std::cout << statement.head();
  for (bool more = true; more;) {
    rows.clear();
    std::exception_ptr wrong; // a row that cannot be read ends the ledger, after the rows before it
    try {
      for (std::optional<Happening> h; rows.size() < 4096 && (more = (h = ledger.next()).has_value());)
        if (!last || h->on <= *last) rows.push_back({*h, row_of(subject.model(), *h), ledger.deal(), ledger.place(), {}, Status::ok});
    } catch (const Stop &) {
      wrong = std::current_exception();
    }
    std::vector<std::future<void>> others;
    for (std::size_t t = 1; t < threads; ++t) others.push_back(boost::asio::post(pool, std::packaged_task<void()>([&, t] { work(t); })));
    work(0);
    for (auto &other : others) other.get();
    for (auto &r : rows) {
      std::cout << r.text;
      if (r.status == Status::ok) continue;
      std::cerr << r.place << "the row is refused: " << status_word(r.status) << "\n";
      code = std::max(code, r.status >= Status::tick_needed || r.status == Status::input_out_of_range ? 2 : 1);
    }
    if (!std::cout) throw Stop{"cannot write the output"};
    if (wrong) {
      statement.print();
      std::rethrow_exception(wrong);
    }
  }
  statement.print();
  if (last && o.format == "text") {
    auto &instance = deals[0].try_emplace("", Deal{fresh, false}).first->second.instance;
    std::cout << "as of " << format_date(*last) << "\n";
    for (auto &c : subject.interface().clauses) {
      if (c.kind != "payment") continue;
      auto part = [&](const char *word) {
        auto x = statement.ask(instance, c.name + "." + word, *last);
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
