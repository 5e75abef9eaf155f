// The statement for people: tables that fit the output's width, what the step saw beneath, where each payment stands at the end.
#include "driver/render.h"
#include "driver/statement.h"
#include "support/date.h"
#include "support/terminal.h"
#include <algorithm>

namespace deal::driver {

struct StatementText::Column {
  std::string title;
  bool right;           // numbers
  bool balance = false; // what the row left, not what it brought
  std::vector<std::string> cells = {};

  std::size_t width() const {
    auto out = deal::columns(title);
    for (auto &c : cells) out = std::max(out, deal::columns(c));
    return out;
  }
  bool says_something() const {
    return std::any_of(cells.begin(), cells.end(), [](auto &c) { return !c.empty() && c != "–"; });
  }
};

namespace {

constexpr std::size_t gap = 2;

std::string amount(const ValueType &currency, const Rational &v) {
  auto text = for_people(currency, v);
  return currency.base == ValueType::money ? text.substr(0, text.rfind(' ')) : text;
}

std::string figure(const ValueType &currency, const Figured &f) {
  return f.state == Figured::not_known ? "not known" : f ? amount(currency, f.value) : "–";
}

std::string dated(const Figured &f) {
  return f.state == Figured::not_known ? "not known" : f ? format_date(static_cast<std::int32_t>(numerator(f.value))) : "–";
}

std::string field(const interface::Slot &slot, const host::Constant &v) {
  if (auto *words = std::get_if<std::string>(&v)) return printable(*words, 40);
  return amount(slot.type, std::get<Rational>(v));
}

bool is_number(const ValueType &t) { return t.base >= ValueType::integer && t.base <= ValueType::money; }

// Each rate, and what it multiplied where no field says that.
std::string rates_of(const ValueType &currency, const StatementLine &line) {
  if (line.rate_not_known) return "not known";
  std::string out;
  for (auto &rate : line.rates) {
    bool field_says = line.rates.size() == 1 && std::any_of(line.fields.begin(), line.fields.end(), [&](auto &f) {
      auto *v = std::get_if<Rational>(&f.second);
      return v && rate.base && *v == rate.base.value;
    });
    out += (out.empty() ? "" : "; ") + rate_text(rate);
    if (rate.base && !field_says) out += " of " + amount(currency, rate.base.value);
  }
  return out;
}

} // namespace

std::string sum_text(const ValueType &currency, const std::vector<Summand> &sum, std::size_t indent) {
  std::vector<std::string> figures;
  std::size_t label = 0, widest = 0;
  for (auto &s : sum) {
    figures.push_back(amount(currency, in_units(currency, s.amount)));
    label = std::max(label, deal::columns(s.what)), widest = std::max(widest, deal::columns(figures.back()));
  }
  std::string out;
  for (std::size_t k = 0; k < sum.size(); ++k)
    out += std::string(indent, ' ') + sum[k].what + std::string(label - deal::columns(sum[k].what) + gap + widest - deal::columns(figures[k]), ' ') +
           figures[k] + "\n";
  return out;
}

Rational in_units(const ValueType &currency, Cents amount) { return Rational(Integer(amount), power_of_ten(currency.scale)); }

namespace {

bool has_line(const interface::ClauseInfo &clause, std::string_view lead) {
  return std::any_of(clause.versions.begin(), clause.versions.end(), [&](auto &v) {
    return std::any_of(v.lines.begin(), v.lines.end(), [&](auto &l) { return l.lead == lead; });
  });
}

// How the column is called that leads from `before limits` to `earned`.
std::string cut_title(const interface::ClauseInfo &clause) {
  if (has_line(clause, "at")) return "made up or cut";
  return has_line(clause, "waived") || has_line(clause, "deferred") ? "held back or cut" : "cut by the cap";
}

} // namespace

std::vector<StatementText::Column> StatementText::columns(const interface::ClauseInfo &clause, const std::vector<Row> &rows) const {
  std::vector<Column> out;
  auto add = [&](std::string title, bool right, bool balance, auto cell) {
    Column c{std::move(title), right, balance};
    for (auto &row : rows) c.cells.push_back(cell(row));
    if (c.says_something()) out.push_back(std::move(c));
  };
  auto money = [&](const std::string &title, bool balance, Figured StatementLine::*at) {
    add(title, true, balance, [&](const Row &row) {
      bool empty_here = !balance && row.line.what == StatementLine::payment;
      return empty_here ? std::string() : figure(clause.currency, row.line.*at);
    });
  };
  add("on", false, false, [](const Row &row) { return format_date(row.line.on); });
  bool same = std::all_of(rows.begin(), rows.end(), [](auto &row) { return row.line.on == row.line.economic; });
  if (!same) add("for", false, false, [](const Row &row) { return row.line.what <= StatementLine::close ? format_date(row.line.economic) : ""; });
  add("what", false, false, [&](const Row &row) { return what_text(i_, row.line); });
  std::vector<const interface::Slot *> fields;
  for (auto &row : rows)
    for (auto &[slot, value] : row.line.fields)
      if (std::find_if(fields.begin(), fields.end(), [&](auto *f) { return f->name == slot->name; }) == fields.end()) fields.push_back(slot);
  for (auto *slot : fields)
    add(slot->name, is_number(slot->type), false, [&](const Row &row) {
      for (auto &[its, value] : row.line.fields)
        if (its->name == slot->name) return field(*its, value);
      return std::string();
    });
  for (std::size_t k = 0; k < keep_.size(); ++k)
    add(printable(keep_[k], 40), false, false, [&](const Row &row) { return row.kept.empty() ? std::string() : printable(row.kept[k], 40); });
  add("rate", true, false, [&](const Row &row) { return rates_of(clause.currency, row.line); });
  money("before limits", false, &StatementLine::before_limits);
  money(cut_title(clause), false, &StatementLine::cut);
  money("earned", false, &StatementLine::earned);
  money("accrued", true, &StatementLine::accrued);
  if (width_ == 0) money("counted", true, &StatementLine::counted);
  money("cap", true, &StatementLine::cap);
  money("room", true, &StatementLine::room);
  money("payable", true, &StatementLine::payable);
  add("payable on", false, true, [](const Row &row) { return row.line.what <= StatementLine::close ? dated(row.line.payable_on) : ""; });
  money("paid", true, &StatementLine::paid);
  money("owing", true, &StatementLine::owing);
  return out;
}

namespace {

template <class Columns> std::size_t width_of(const Columns &columns) {
  std::size_t out = 0;
  for (auto &c : columns) out += gap + c.width();
  return out;
}

// One table; `notes` stand behind the rows where the width allows it, else beneath them.
template <class Columns> std::string table(const Columns &columns, const std::vector<std::string> &notes, std::size_t limit) {
  std::size_t longest = 0;
  for (auto &n : notes) longest = std::max(longest, deal::columns(n));
  bool behind = longest > 0 && (limit == 0 || width_of(columns) + gap + std::max<std::size_t>(longest, 4) <= limit);
  std::string out;
  auto line = [&](auto cell_of, std::string_view note) {
    std::string text;
    for (auto &c : columns) {
      auto cell = cell_of(c);
      auto pad = std::string(c.width() - deal::columns(cell), ' ');
      text += std::string(gap, ' ') + (c.right ? pad + cell : cell + pad);
    }
    if (behind) text += std::string(gap, ' ') + std::string(note);
    out += text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
  };
  auto rule = [](std::size_t n) {
    std::string text;
    for (std::size_t k = 0; k < n; ++k) text += "─";
    return text;
  };
  line([](auto &c) { return c.title; }, "note");
  line([&](auto &c) { return rule(c.width()); }, behind ? rule(longest) : "");
  for (std::size_t r = 0; r < columns[0].cells.size(); ++r) {
    auto note = notes.empty() ? std::string_view() : std::string_view(notes[r]);
    line([&](auto &c) { return c.cells[r]; }, note);
    if (!behind && !note.empty()) out += wrapped(gap + columns[0].width() + gap, std::string(note), limit);
  }
  return out;
}

} // namespace

// What the rows brought, then what they left. A table that is wider than the output goes on in another one, by the day.
std::string StatementText::tables(std::vector<Column> all, const std::vector<Row> &rows) const {
  std::vector<std::string> notes;
  for (auto &row : rows) {
    auto text = notes_text(row.line);
    if (row.line.paid_now) {
      auto paid = "payment of " + for_people(i_.clauses[static_cast<std::size_t>(row.line.clause)].currency, row.line.paid_now.value);
      text = text.empty() ? paid : paid + "; " + text;
    }
    notes.push_back(text);
  }
  if (width_ == 0) return table(all, notes, 0);
  std::string out;
  auto key = all[0];
  for (bool balance : {false, true}) {
    std::vector<Column> part;
    for (auto &c : all)
      if (c.balance == balance) part.push_back(c);
    if (balance) part.insert(part.begin(), key);
    auto cap = std::find_if(part.begin(), part.end(), [](auto &c) { return c.title == "cap"; });
    if (cap != part.end() && width_of(part) > width_ && std::set<std::string>(cap->cells.begin(), cap->cells.end()).size() == 1) {
      out += "  under a cap of " + cap->cells[0] + "\n"; // the same in each row
      part.erase(cap);
    }
    auto about = balance ? std::vector<std::string>() : notes;
    for (auto from = part.begin(); from != part.end();) {
      std::vector<Column> some;
      if (from != part.begin()) some.push_back(key);
      do some.push_back(*from++);
      while (from != part.end() && width_of(some) + gap + from->width() <= width_);
      out += table(some, about, width_) + "\n";
      about.clear();
    }
  }
  out.pop_back();
  return out;
}

std::string StatementText::standing(const Statement &statement, host::Instance &instance, const Accounts &accounts, int clause,
                                    std::int32_t day) const {
  auto &currency = i_.clauses[static_cast<std::size_t>(clause)].currency;
  auto out = fmt::format("as of {}:", format_date(day));
  const char *before = " ";
  for (auto *word : {"accrued", "payable", "paid", "owing"}) {
    out += fmt::format("{}{} {}", before, word, figure(currency, statement.word(instance, clause, word, day)));
    before = ", ";
  }
  auto at = accounts.find(clause);
  if (auto due = at == accounts.end() ? std::nullopt : at->second.overdue(day))
    out += fmt::format(", of it overdue {} since {}", amount(currency, in_units(currency, due->amount)),
                       format_date(due->day));
  return wrapped(2, out, limit());
}

std::string StatementText::rests_on(int clause) const {
  std::string out;
  for (auto &t : i_.terms) {
    if (t.clause != clause || !t.name.ends_with(".accrued")) continue;
    for (int p : t.parameters) {
      auto &info = i_.parameters[static_cast<std::size_t>(p)];
      auto &type = i_.parameter_layout.slots[static_cast<std::size_t>(p)].type;
      for (auto &v : info.versions)
        if (v.badge && v.value)
          out += wrapped(2, fmt::format("{} {}{}: {}{}", info.name, for_people(type, *v.value),
                                               v.from == INT32_MIN ? "" : " from " + format_date(v.from), v.badge->kind,
                                               v.badge->source.empty() ? "" : " “" + v.badge->source + "”"),
                         limit());
    }
  }
  return out;
}

std::string StatementText::text(const Statement &statement, host::Instance &instance, const Accounts &accounts, std::int32_t day) const {
  std::string out;
  for (auto &[c, rows] : rows_) {
    auto &clause = i_.clauses[static_cast<std::size_t>(c)];
    if (!out.empty()) out += "\n";
    out += wrapped(0, fmt::format("{}{}, in {}", clause.name, clause.title.empty() ? "" : ", " + clause.title, clause.currency.currency), limit());
    out += tables(columns(clause, rows), rows) + "\n" + standing(statement, instance, accounts, c, day) + rests_on(c);
  }
  return out;
}

} // namespace deal::driver
