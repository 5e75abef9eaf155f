// What the tables of a statement have in common: their columns and what stands in them (docs/reference/statement.md).
#include "driver/statement.h"
#include "support/date.h"
#include <algorithm>
#include <fmt/ranges.h>

namespace deal::driver {
namespace {

constexpr const char *before_fields[] = {"clause", "on", "for", "what"};
constexpr const char *after_fields[] = {"rate",    "before_limits", "cut",        "earned", "note",  "accrued", "counted", "cap",
                                        "room",    "payable",       "payable_on", "paid",   "owing", "status",  "base",    "paid_now"};

} // namespace

TableShape::TableShape(const interface::Interface &of, std::string d, std::vector<std::string> k) : i(of), deals(std::move(d)), keep(std::move(k)) {
  for (auto &step : i.steps) {
    bool triggers = std::any_of(step.sites.begin(), step.sites.end(), [](auto &s) { return s.stage == Stage::earned; });
    for (std::size_t f = 2; triggers && f < step.layout.slots.size(); ++f)
      if (auto &name = step.layout.slots[f].name; std::find(fields.begin(), fields.end(), name) == fields.end()) fields.push_back(name);
  }
}

std::vector<std::string> TableShape::columns() const {
  std::vector<std::string> out(std::begin(before_fields), std::end(before_fields));
  out.insert(out.end(), fields.begin(), fields.end());
  out.insert(out.end(), std::begin(after_fields), std::end(after_fields));
  return out;
}

std::string rate_text(const StatementLine::Rate &rate) {
  std::string out;
  for (auto &share : rate.shares) out += (out.empty() ? "" : " × ") + format_value({ValueType::percent, 9, {}, {}, {}}, share);
  return out;
}

std::string what_text(const interface::Interface &i, const StatementLine &line) {
  return line.what == StatementLine::event   ? i.events[static_cast<std::size_t>(line.subject)].name
         : line.what == StatementLine::close   ? "close"
         : line.what == StatementLine::payment ? "payment"
                                               : "release";
}

std::string notes_text(const StatementLine &line) { return fmt::format("{}", fmt::join(line.notes, "; ")); }

std::vector<TableCell> table_cells(const TableShape &shape, const StatementLine &line) {
  auto &clause = shape.i.clauses[static_cast<std::size_t>(line.clause)];
  std::vector<TableCell> out;
  auto text = [&](std::string t) { out.push_back({t.empty() ? std::nullopt : std::optional(std::move(t)), false}); };
  auto figure = [&](const Figured &f) {
    text(f.state == Figured::not_known ? "not known" : f ? format_value(clause.currency, f.value) : std::string());
  };
  text(clause.name), text(format_date(line.on)), text(format_date(line.economic)), text(what_text(shape.i, line));
  for (auto &name : shape.fields) {
    auto at = std::find_if(line.fields.begin(), line.fields.end(), [&](auto &f) { return f.first->name == name; });
    auto *words = at == line.fields.end() ? nullptr : std::get_if<std::string>(&at->second);
    if (at == line.fields.end()) out.push_back({});
    else if (words) text(*words);
    else out.push_back({format_value(at->first->type, std::get<Rational>(at->second)), at->first->type.base == ValueType::boolean});
  }
  auto of_each_rate = [&](auto said) {
    std::vector<std::string> all;
    for (auto &rate : line.rates) all.push_back(said(rate));
    return fmt::format("{}", fmt::join(all, "; "));
  };
  text(line.rate_not_known ? "not known" : of_each_rate(rate_text));
  figure(line.before_limits), figure(line.cut), figure(line.earned);
  text(notes_text(line));
  figure(line.accrued), figure(line.counted), figure(line.cap), figure(line.room), figure(line.payable);
  text(line.payable_on.state == Figured::not_known ? "not known"
       : line.payable_on                           ? format_date(static_cast<std::int32_t>(numerator(line.payable_on.value)))
                                                   : std::string());
  figure(line.paid), figure(line.owing);
  text(std::string(status_word(line.status)));
  text(of_each_rate([&](auto &rate) { return rate.base ? format_value(clause.currency, rate.base.value) : std::string(); }));
  figure(line.paid_now);
  return out;
}

} // namespace deal::driver
