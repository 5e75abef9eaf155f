#include "driver/ledger.h"
#include "driver/cells.h"
#include "session/literals.h"

namespace deal::driver {

using namespace check;

namespace {

const ValueType date_type{ValueType::date, 0, {}, {}, {}};

struct Reader {
  const Subject &s;
  const std::vector<std::string> &columns;
  const Records &records;
  std::vector<bool> read; // of a column, whether something reads its cell

  [[noreturn]] static void fail(std::string what) { throw Stop{std::move(what)}; }
  template <class... T> [[noreturn]] static void fail_in(std::string_view column, fmt::format_string<T...> what, T &&...of) {
    throw Stop{fmt::format("column `{}`: ", column) + fmt::format(what, std::forward<T>(of)...)};
  }
  std::optional<std::size_t> place(std::string_view name) {
    auto at = std::find(columns.begin(), columns.end(), name);
    if (at == columns.end()) return std::nullopt;
    auto k = static_cast<std::size_t>(at - columns.begin());
    read[k] = true;
    return k;
  }
  std::string_view cell(std::string_view name) { // a missing column is empty
    auto at = place(name);
    return at ? records.cells()[*at] : std::string_view();
  }
  template <class L> auto index(const L &list, std::string_view column, std::string_view name, std::string_view what) const {
    if (auto id = list.find([&](auto &x) { return x.name == name; })) return id;
    fail_in(column, "`{}` is not {}", shown(name), what);
  }
  interface::Constant literal(const std::string &column, const ValueType &type) {
    auto at = place(column);
    auto text = at ? records.cells()[*at] : std::string_view();
    if (text.empty()) fail(fmt::format("the field `{}` is missing", column));
    if (auto word = type.base == ValueType::text ? std::nullopt : plain_word(type, text)) return Rational(Integer(*word), power_of_ten(type.scale));
    auto v = read_literal(type, text, records.bare(*at));
    if (!v) fail_in(column, "{}", v.error());
    return std::move(*v);
  }
  std::int32_t day(const std::string &column) { return static_cast<std::int32_t>(numerator(std::get<Rational>(literal(column, date_type)))); }
  Value value(const std::string &column, const Type &type) {
    auto v = literal(column, value_type(s.model(), type));
    if (auto *text = std::get_if<std::string>(&v)) return *text;
    if (type.base == Type::boolean) return std::get<Rational>(v) != 0;
    return std::get<Rational>(v);
  }
  Happening row() {
    auto &m = s.model();
    Happening h{};
    auto kind = cell("kind"), name = cell("name"), who = cell("party");
    h.on = day("on");
    h.economic = cell("for").empty() ? h.on : day("for");
    if (!who.empty()) h.party = index(m.parties, "party", who, "a party");
    auto fields = [&](auto &list) {
      for (auto &f : list) h.values.push_back(value(f.name, f.type));
    };
    if (kind == "reports" || kind == "happens") {
      h.kind = kind == "reports" ? Happening::reports : Happening::happens;
      h.subject = index(m.events, "name", name, "an event");
      auto &event = m.events[h.subject];
      if (event.reporter && h.party && h.party != event.reporter)
        fail(fmt::format("`{}` is reported by {}", name, m.parties[event.reporter].name));
      fields(event.fields);
    } else if (kind == "does") {
      h.kind = Happening::does;
      if (!h.party) fail("`does` needs a party");
      h.subject = index(m.actions, "name", name, "an action");
      fields(m.actions[h.subject].fields);
    } else if (kind == "pays") {
      h.kind = Happening::pays;
      h.subject = index(m.clauses, "name", name, "a payment");
      auto &clause = m.clauses[h.subject];
      if (says(clause.kind) != Says::pay) fail(fmt::format("`{}` is not a payment", name));
      h.values.push_back(value("amount", pays_of(m, clause).money));
    } else {
      fail_in("kind", "`{}` is none of reports, does, pays, happens", shown(kind));
    }
    for (std::size_t k = 0; k < columns.size(); ++k)
      if (!read[k] && !records.cells()[k].empty())
        fail_in(columns[k], "`{}` stands there, and `{} {}` has no such field", shown(records.cells()[k]), kind, name);
    return h;
  }
};

} // namespace

// The words of a ledger, then the fields of all that can happen.
std::vector<std::string> Ledger::known() const {
  std::vector<std::string> out = {"on", "for", "party", "kind", "name", "amount"};
  auto add = [&](const std::string &name) {
    if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
  };
  for (auto &event : s_.model().events)
    for (auto &f : event.fields) add(f.name);
  for (auto &action : s_.model().actions)
    for (auto &f : action.fields) add(f.name);
  for (auto &k : keep_) add(k);
  if (!deals_.empty()) add(deals_);
  return out;
}

Ledger::Ledger(const Subject &s, const std::string &path, const std::vector<std::string> &keep, const std::string &deals)
    : s_(s), file_(path), columns_(file_.head()), keep_(keep), deals_(deals), line_(file_.lines()) {
  auto may_stand = known();
  if (file_.json()) {
    columns_ = may_stand;
    return;
  }
  auto has = [](auto &list, const std::string &name) { return std::find(list.begin(), list.end(), name) != list.end(); };
  one_of_each(file_, columns_);
  if (!deals.empty() && !has(columns_, deals))
    throw Stop{fmt::format("{}:1: the column `{}` is missing, which names the deal of each row", path, deals)};
  for (auto &column : columns_)
    if (!has(may_stand, column)) throw Stop{fmt::format("{}:1: the column {}", path, unknown_column(column, may_stand))};
  for (auto needed : {"on", "kind", "name"})
    if (!has(columns_, needed)) throw Stop{fmt::format("{}:1: the column `{}` is missing", path, needed)};
  for (auto &k : keep)
    if (!has(columns_, k)) throw Stop{fmt::format("`--keep {}`: the table has no such column", k)};
}

std::optional<Happening> Ledger::next() {
  try {
    for (;;) {
      if (!records_) {
        auto block = file_.next();
        if (!block) return std::nullopt;
        block_ = std::move(*block);
        records_.emplace(block_, file_.json(), columns_);
      }
      if (records_->next()) {
        if (!deals_.empty() && deal().empty()) Reader::fail(fmt::format("no deal is named in the column `{}`", deals_));
        Reader reader{s_, columns_, *records_, std::vector<bool>(columns_.size())};
        for (auto &k : keep_) reader.place(k);
        if (!deals_.empty()) reader.place(deals_);
        return reader.row();
      }
      line_ += records_->lines();
      records_.reset();
    }
  } catch (const BadRecord &bad) {
    throw Stop{fmt::format("{}:{}: {}", file_.path(), line_ + bad.line + 1, bad.what)};
  } catch (const Stop &stop) {
    if (!records_) throw;
    throw Stop{place() + stop.message};
  }
}

std::string Ledger::cell(const std::string &column) const {
  auto at = std::find(columns_.begin(), columns_.end(), column);
  return std::string(records_->cells()[static_cast<std::size_t>(at - columns_.begin())]);
}

std::string Ledger::deal() const { return deals_.empty() ? "" : cell(deals_); }

std::vector<std::string> Ledger::kept() const {
  std::vector<std::string> out;
  for (auto &k : keep_) out.push_back(cell(k));
  return out;
}

std::string Ledger::place() const { return fmt::format("{}:{}: ", file_.path(), line_ + records_->line() + 1); }

} // namespace deal::driver
