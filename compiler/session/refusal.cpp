#include "session/refusal.h"
#include "check/operators.h"
#include "support/date.h"
#include <fmt/format.h>

namespace deal::session {
namespace {

std::string beyond(const interface::Slot &slot, const host::Constant &c) {
  auto *v = std::get_if<Rational>(&c);
  if (!v) return {};
  auto say = [&](const char *side, const Rational &bound) {
    return fmt::format("`{}` is {}, {} {}", slot.name, format_value(slot.type, *v), side, format_value(slot.type, bound));
  };
  if (slot.low && *v < *slot.low) return say("below", *slot.low);
  if (slot.high && *v > *slot.high) return say("above", *slot.high);
  if (slot.type.base == ValueType::percent && abs(*v) > 1000) return fmt::format("`{}` is beyond 100000%", slot.name);
  bool digits = abs(*v) * power_of_ten(slot.type.scale) >= power_of_ten(18) && slot.type.base <= ValueType::money && slot.type.base != ValueType::boolean;
  return digits ? fmt::format("`{}` has more than 18 digits", slot.name) : std::string();
}

check::Periods periods_in(const interface::Interface &i) { return {i.contract_from, i.month_end_up}; }
std::int32_t last_day_of(const interface::Interface &i, std::int32_t day, Period each) {
  auto periods = periods_in(i);
  return periods.last(periods.of(day, each), each);
}
std::string words_of(Period each) { return fmt::format("{}{}", each.contract ? "contract " : "", unit_words[static_cast<std::size_t>(each.unit)]); }

std::string out_of_range(const interface::Interface &i, const host::Row &row) {
  using interface::StepInfo;
  if (row.economic > row.on) return fmt::format("`for` {} is after `on` {}", format_date(row.economic), format_date(row.on));
  if (i.effective && row.economic < *i.effective)
    return fmt::format("`for` {} is before the deal is effective ({})", format_date(row.economic), format_date(*i.effective));
  if (row.kind == StepInfo::reports || row.kind == StepInfo::happens)
    if (auto &each = i.events[static_cast<std::size_t>(row.subject)].each; each && last_day_of(i, row.economic, *each) != row.economic)
      return fmt::format("`for` {} is not the last day of a {}", format_date(row.economic), words_of(*each));
  auto step = std::find_if(i.steps.begin(), i.steps.end(), [&](auto &s) { return s.kind == row.kind && s.subject == row.subject; });
  auto first = step->layout.slots.size() - row.values.size();
  for (std::size_t k = 0; k < row.values.size(); ++k)
    if (auto why = beyond(step->layout.slots[first + k], row.values[k]); !why.empty()) return why;
  return {};
}

// The period that is closed, when and for which payment, and what would keep it open.
std::string closed(const interface::Interface &i, const host::Row &row) {
  for (auto &boundary : i.tick.boundaries) {
    bool concerned = std::find(boundary.events.begin(), boundary.events.end(), row.subject) != boundary.events.end();
    if (!concerned || boundary.becomes != Becomes::closed || !boundary.period) continue;
    auto periods = periods_in(i);
    auto period = periods.of(row.economic, *boundary.period);
    auto close = [&](int later) { return periods.last(period + later, *boundary.period) + boundary.after; };
    if (close(boundary.restatable) >= row.on) continue;
    auto open = boundary.restatable + 1; // as many periods as would have to be
    while (close(open) < row.on) ++open;
    auto word = unit_words[static_cast<std::size_t>(boundary.period->unit)];
    return fmt::format("the {} through {} closed for {} at the end of {}; `restatable for {} {}{}` there would have kept it open", word,
                       format_date(periods.last(period, *boundary.period)), i.clauses[static_cast<std::size_t>(boundary.clause)].name,
                       format_date(close(boundary.restatable)), open, word, open == 1 ? "" : "s");
  }
  return fmt::format("the period of {} is over", format_date(row.economic));
}

} // namespace

std::string refusal(const interface::Interface &i, const host::Row &row, Status status) {
  std::string why;
  if (status == Status::out_of_order)
    why = i.effective && row.on < *i.effective ? fmt::format("{} is before the deal is effective ({})", format_date(row.on), format_date(*i.effective))
                                               : "a row of a later day stands before it";
  if (status == Status::closed_period) why = closed(i, row);
  if (status == Status::input_out_of_range) why = out_of_range(i, row);
  if (status == Status::input_out_of_range && why.empty()) why = "a parameter is beyond its range"; // the row is not
  return std::string(status_word(status)) + (why.empty() ? "" : ": " + why);
}

} // namespace deal::session
