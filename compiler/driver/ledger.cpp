// Ledgers: CSV (RFC 4180) and NDJSON, the columns on, for, party, kind, name, then the fields.
#include "driver/subject.h"
#include "support/date.h"
#include <sstream>

namespace deal::driver {

using namespace check;

namespace {

using Cells = std::vector<std::pair<std::string, std::string>>; // column, text; a missing column is empty

std::vector<std::string> split(const std::string &line, const std::string &place) {
  std::vector<std::string> out(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    char c = line[i];
    if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"') out.back() += '"', ++i;
    else if (c == '"') quoted = !quoted;
    else if (c == ',' && !quoted) out.emplace_back();
    else if (c != '\r') out.back() += c;
  }
  if (quoted) throw Stop{place + "a quote is not closed"};
  return out;
}

struct Reader {
  Subject &s;
  std::string place;

  [[noreturn]] void fail(const std::string &what) const { throw Stop{place + what}; }
  static std::string cell(const Cells &cells, std::string_view name) {
    for (auto &[column, text] : cells)
      if (column == name) return text;
    return {};
  }
  template <class L> int index(const L &list, const std::string &name, std::string_view what) const {
    for (std::size_t i = 0; i < list.size(); ++i)
      if (list[i].name == name) return static_cast<int>(i);
    fail(fmt::format("`{}` is not {}", name, what));
  }
  std::int32_t day(const std::string &text, std::string_view column) const {
    auto d = parse_date(text);
    if (!d) fail(fmt::format("`{}` in the column `{}` is not a date (YYYY-MM-DD)", text, column));
    return *d;
  }
  Value value(const Cells &cells, const std::string &column, const Type &type) const {
    auto text = cell(cells, column);
    if (text.empty()) fail(fmt::format("the field `{}` is missing", column));
    if (type.base == Type::text) return text;
    auto written = text;
    if (type.base == Type::money && text.find(' ') == std::string::npos) written += " " + value_type(s.model(), type).currency;
    Sink sink;
    auto v = check_value(s.program, type, Source("cell", written), sink);
    if (!v)
      fail(fmt::format("`{}` in the column `{}` is no {}: {}", text, column, check::describe(s.model(), type),
                       sink.all().empty() ? "" : sink.all()[0].message));
    return *v;
  }
  Happening row(const Cells &cells) const {
    auto &m = s.model();
    Happening h{};
    auto kind = cell(cells, "kind"), name = cell(cells, "name"), economic = cell(cells, "for"), who = cell(cells, "party");
    h.on = day(cell(cells, "on"), "on");
    h.economic = economic.empty() ? h.on : day(economic, "for");
    if (!who.empty()) h.party = index(m.parties, who, "a party");
    auto fields = [&](auto &list) {
      for (auto &f : list) h.values.push_back(value(cells, f.name, f.type));
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
      h.values.push_back(value(cells, "amount", t));
    } else {
      fail(fmt::format("the kind `{}` is none of reports, does, pays, happens", kind));
    }
    return h;
  }
};

} // namespace

std::vector<std::pair<Happening, std::string>> read_ledger(Subject &s, const std::string &path) {
  std::stringstream in(read_file(path));
  std::vector<std::pair<Happening, std::string>> out;
  bool json = path.ends_with(".ndjson") || path.ends_with(".jsonl");
  std::vector<std::string> head;
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    auto place = fmt::format("{}:{}: ", path, number);
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    if (number == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
    if (first_invalid_utf8(line) != std::string_view::npos) throw Stop{place + "not UTF-8"};
    Cells cells;
    if (json) {
      auto j = parse_exact(line);
      if (!j.is_object()) throw Stop{place + "not a JSON object"};
      for (auto &[key, value] : j.items()) {
        cells.emplace_back(key, value.is_string() ? value.get<std::string>() : value.is_null() ? "" : value.dump());
      }
    } else if (head.empty()) {
      head = split(line, place);
      for (auto needed : {"on", "kind", "name"})
        if (std::find(head.begin(), head.end(), needed) == head.end()) throw Stop{place + fmt::format("the column `{}` is missing", needed)};
      continue;
    } else {
      auto texts = split(line, place);
      if (texts.size() > head.size()) throw Stop{place + fmt::format("{} cells under {} columns", texts.size(), head.size())};
      for (std::size_t i = 0; i < texts.size(); ++i) cells.emplace_back(head[i], texts[i]);
    }
    out.emplace_back(Reader{s, place}.row(cells), place);
  }
  return out;
}

} // namespace deal::driver
