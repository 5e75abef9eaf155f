#include "driver/ledger.h"
#include "driver/cells.h"
#include "support/date.h"

namespace deal::driver {

using namespace check;

namespace {

struct Reader {
  Subject &s;
  const std::vector<std::string> &columns;
  std::span<const std::string_view> cells;

  [[noreturn]] static void fail(std::string what) { throw Stop{std::move(what)}; }
  std::string_view cell(std::string_view name) const { // a missing column is empty
    auto at = std::find(columns.begin(), columns.end(), name);
    return at == columns.end() ? std::string_view() : cells[static_cast<std::size_t>(at - columns.begin())];
  }
  template <class L> int index(const L &list, std::string_view name, std::string_view what) const {
    for (std::size_t i = 0; i < list.size(); ++i)
      if (list[i].name == name) return static_cast<int>(i);
    fail(fmt::format("`{}` is not {}", name, what));
  }
  std::int32_t day(std::string_view text, std::string_view column) const {
    auto d = parse_date(text);
    if (!d) fail(fmt::format("`{}` in the column `{}` is not a date (YYYY-MM-DD)", text, column));
    return *d;
  }
  Value value(const std::string &column, const Type &type) const {
    auto text = cell(column);
    if (text.empty()) fail(fmt::format("the field `{}` is missing", column));
    if (type.base == Type::text) return std::string(text);
    auto stored = value_type(s.model(), type);
    if (auto word = plain_word(stored, text)) {
      if (type.base == Type::boolean) return *word != 0;
      return Rational(Integer(*word), power_of_ten(stored.scale));
    }
    return read_cell(s, type, column, text);
  }
  Happening row() const {
    auto &m = s.model();
    Happening h{};
    auto kind = cell("kind"), name = cell("name"), economic = cell("for"), who = cell("party");
    h.on = day(cell("on"), "on");
    h.economic = economic.empty() ? h.on : day(economic, "for");
    if (!who.empty()) h.party = index(m.parties, who, "a party");
    auto fields = [&](auto &list) {
      for (auto &f : list) h.values.push_back(value(f.name, f.type));
    };
    if (kind == "reports" || kind == "happens") {
      h.kind = kind == "reports" ? Happening::reports : Happening::happens;
      h.subject = index(m.events, name, "an event");
      auto &event = m.events[static_cast<std::size_t>(h.subject)];
      if (event.reporter >= 0 && h.party >= 0 && h.party != event.reporter)
        fail(fmt::format("`{}` is reported by {}", name, m.parties[static_cast<std::size_t>(event.reporter)].name));
      fields(event.fields);
    } else if (kind == "does") {
      h.kind = Happening::does;
      if (h.party < 0) fail("`does` needs a party");
      h.subject = index(m.actions, name, "an action");
      fields(m.actions[static_cast<std::size_t>(h.subject)].fields);
    } else if (kind == "pays") {
      h.kind = Happening::pays;
      h.subject = index(m.clauses, name, "a payment");
      auto &clause = m.clauses[static_cast<std::size_t>(h.subject)];
      if (clause.kind != syntax::Clause::payment) fail(fmt::format("`{}` is not a payment", name));
      Type t;
      for (auto &v : clause.versions)
        if (auto *p = std::get_if<PaymentVersion>(&v.body); p && p->amount) t = m[p->amount].type;
      t.bare = false;
      h.values.push_back(value("amount", t));
    } else {
      fail(fmt::format("the kind `{}` is none of reports, does, pays, happens", kind));
    }
    return h;
  }
};

} // namespace

Value read_cell(Subject &s, const Type &type, const std::string &column, std::string_view text) {
  std::string written(text);
  if (type.base == Type::money && text.find(' ') == std::string_view::npos) written += " " + value_type(s.model(), type).currency;
  Sink sink;
  if (auto v = check_value(s.program, type, Source("cell", written), sink)) return *v;
  throw Stop{fmt::format("`{}` in the column `{}` is no {}: {}", text, column, check::describe(s.model(), type),
                         sink.all().empty() ? "" : sink.all()[0].message)};
}

Ledger::Ledger(Subject &s, const std::string &path, const std::string &deals) : s_(s), file_(path), deals_(deals), line_(file_.lines()) {
  if (!file_.json()) {
    columns_ = file_.head();
    for (auto needed : {"on", "kind", "name"})
      if (std::find(columns_.begin(), columns_.end(), needed) == columns_.end())
        throw Stop{fmt::format("{}:1: the column `{}` is missing", path, needed)};
    if (!deals.empty() && std::find(columns_.begin(), columns_.end(), deals) == columns_.end())
      throw Stop{fmt::format("{}:1: the column `{}` is missing, which names the deal of each row", path, deals)};
    return;
  }
  columns_ = {"on", "for", "party", "kind", "name", "amount"};
  auto add = [&](auto &declared) {
    for (auto &d : declared)
      for (auto &f : d.fields)
        if (std::find(columns_.begin(), columns_.end(), f.name) == columns_.end()) columns_.push_back(f.name);
  };
  add(s.model().events), add(s.model().actions);
  if (!deals.empty()) columns_.push_back(deals);
}

std::optional<Happening> Ledger::next() {
  try {
    for (;;) {
      if (!records_) {
        auto block = file_.next();
        if (!block) return std::nullopt;
        block_ = std::move(*block);
        records_.emplace(block_, file_.json(), columns_, false);
      }
      if (records_->next()) {
        if (!deals_.empty() && deal().empty()) Reader::fail(fmt::format("no deal is named in the column `{}`", deals_));
        return Reader{s_, columns_, records_->cells()}.row();
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

std::string Ledger::deal() const { return deals_.empty() ? "" : std::string(Reader{s_, columns_, records_->cells()}.cell(deals_)); }

std::string Ledger::place() const { return fmt::format("{}:{}: ", file_.path(), line_ + records_->line() + 1); }

} // namespace deal::driver
