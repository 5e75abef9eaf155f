#include "session/refusal.h"
#include "support/date.h"
#include <fmt/format.h>

namespace deal::session {
namespace {

// Whether a period ends on this day; weeks and days end everywhere for all that is told here.
bool ends_period(std::int32_t day, Unit unit) {
  auto next = civil(day + 1);
  auto month = static_cast<unsigned>(next.month());
  if (unit < Unit::month) return true;
  return static_cast<unsigned>(next.day()) == 1 && (unit == Unit::month || (unit == Unit::quarter ? month % 3 == 1 : month == 1));
}

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

std::string out_of_range(const interface::Interface &i, const host::Row &row) {
  using interface::StepInfo;
  if (row.economic > row.on) return fmt::format("`for` {} is after `on` {}", format_date(row.economic), format_date(row.on));
  if (i.effective && row.economic < *i.effective)
    return fmt::format("`for` {} is before the deal is effective ({})", format_date(row.economic), format_date(*i.effective));
  if (row.kind == StepInfo::reports || row.kind == StepInfo::happens)
    if (auto &each = i.events[static_cast<std::size_t>(row.subject)].each; each && !ends_period(row.economic, each->unit))
      return fmt::format("`for` {} is not the last day of a {}", format_date(row.economic), unit_words[static_cast<std::size_t>(each->unit)]);
  auto step = std::find_if(i.steps.begin(), i.steps.end(), [&](auto &s) { return s.kind == row.kind && s.subject == row.subject; });
  auto first = step->layout.slots.size() - row.values.size();
  for (std::size_t k = 0; k < row.values.size(); ++k)
    if (auto why = beyond(step->layout.slots[first + k], row.values[k]); !why.empty()) return why;
  return {};
}

} // namespace

std::string refusal(const interface::Interface &i, const host::Row &row, Status status) {
  std::string why;
  if (status == Status::out_of_order)
    why = i.effective && row.on < *i.effective ? fmt::format("{} is before the deal is effective ({})", format_date(row.on), format_date(*i.effective))
                                               : "a row of a later day stands before it";
  if (status == Status::closed_period)
    why = fmt::format("the period of {} is over; `restatable for n PERIODS` in the payment keeps periods open", format_date(row.economic));
  if (status == Status::input_out_of_range) why = out_of_range(i, row);
  return std::string(status_word(status)) + (why.empty() ? "" : ": " + why);
}

} // namespace deal::session
