// The small closed sets of the language.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace deal {

// Java RoundingMode's meanings; the order is the ABI's (runtime/exact.h).
enum class Rounding : std::uint8_t { half_even, half_up, half_down, up, down, ceiling, floor };
inline constexpr std::array<std::string_view, 7> rounding_words = {"half even", "half up", "half down", "up", "down", "ceiling", "floor"};

enum class BinaryOp : std::uint8_t { or_, and_, eq, ne, lt, le, gt, ge, add, sub, mul, div, of };
inline constexpr std::array<std::string_view, 13> binary_words = {"or", "and", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "of"};
// Loosest first: or | and | comparisons | + - | * / of.
inline constexpr std::array<int, 13> binary_levels = {0, 1, 2, 2, 2, 2, 2, 2, 3, 3, 4, 4, 4};
inline bool is_comparison(BinaryOp op) { return op >= BinaryOp::eq && op <= BinaryOp::ge; }

enum class UnaryOp : std::uint8_t { not_, negate };

enum class Unit : std::uint8_t { second, minute, hour, day, week, month, quarter, year };
inline constexpr std::array<std::string_view, 8> unit_words = {"second", "minute", "hour", "day", "week", "month", "quarter", "year"};
// Elapsed units in seconds, calendar units in months.
inline constexpr std::array<std::int64_t, 8> unit_sizes = {1, 60, 3600, 86400, 604800, 1, 3, 12};
inline bool is_calendar(Unit u) { return u >= Unit::month; }

// The shortest period of a unit, in days: how many of them a span can meet. At most 64 slots are kept for what is open at once.
inline constexpr std::array<int, 8> shortest_days = {0, 0, 0, 1, 7, 28, 90, 365};
inline constexpr int most_slots = 64;

enum class DayCount : std::uint8_t { act_365f, act_360, act_act, thirty_360, thirty_e_360 }; // ISDA 2006 section 4.16
inline constexpr std::array<std::string_view, 5> day_count_words = {"ACT/365F", "ACT/360", "ACT/ACT", "30/360", "30E/360"};

// A period of the civil calendar, or of the contract year.
struct Period {
  Unit unit = Unit::month; // day, week, month, quarter, year
  bool contract = false;
  friend bool operator==(Period, Period) = default;
};
// Whether a period is made of whole ones of another.
constexpr bool made_of(Period longer, Period shorter) {
  bool months = shorter.unit >= Unit::month && longer.unit >= shorter.unit;
  return longer.contract == shorter.contract && (longer.unit == shorter.unit || shorter.unit == Unit::day || months);
}

// What a result can be (semantics.md rule 16); the order is the rank and the ABI's number.
enum class Status : std::uint8_t {
  ok,
  unknown,
  no_rule_applies,
  readings_differ,
  conflict,
  division_by_zero,
  date_out_of_range,
  overflow,
  input_out_of_range,
  tick_needed = 16,
  out_of_order,
  closed_period,
  too_many_open,
  layout_mismatch
};
inline constexpr std::array<std::string_view, 9> status_words = {
    "ok", "unknown", "no rule applies", "readings differ", "conflict", "division by zero", "date out of range", "overflow", "input out of range"};
inline constexpr std::array<std::string_view, 5> refusal_words = {"tick needed", "out of order", "closed period", "too many open", "layout mismatch"};
inline std::string_view status_word(Status s) {
  auto n = static_cast<std::size_t>(s);
  return n < status_words.size() ? status_words[n] : refusal_words[n - 16];
}

enum class Verdict : std::uint8_t { silent, permitted, required, forbidden };
inline constexpr std::array<std::string_view, 4> verdict_words = {"silent", "permitted", "required", "forbidden"};

} // namespace deal
