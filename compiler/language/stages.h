// What an amount passes on its way to the one it is owed to (semantics.md rule 6), and what a reason or a statement says of each stage.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace deal {

enum class Stage : std::uint8_t {
  none,
  missing,  // the first parameter that is not disclosed: the payment stands still
  released, // `accrued is released` lies behind it
  term,
  when, // the line's condition; the payment is guarded off where it is false
  unless,
  part,  // `part periods not counted`: one version and the term cover the whole period
  dated, // the day whose period, cap and payable day the amount takes
  base,  // what the innermost rate multiplies
  rate,  // the percent that multiplies; those of one chain multiply each other
  amount,
  waived,   // its condition, and what it took
  deferred, // its condition, what it took or gave back, and what is kept for later
  cap_each_event,
  guarantee, // what makes a period's amount up to it
  cap_each_period,
  cap_in_total,
  floor, // nothing below zero, of a payment without a cap in total
  earned,
  payable, // the day on which this very amount is payable
  waiting, // what waits for a later day: what was added to it, or taken off it
  boundary, // of a tick: which one
  split     // a payee's part of what was earned
};
inline constexpr std::array<std::string_view, 23> stage_words = {"",
                                                                 "not disclosed",
                                                                 "released",
                                                                 "term",
                                                                 "when",
                                                                 "unless",
                                                                 "whole period",
                                                                 "dated",
                                                                 "base",
                                                                 "rate",
                                                                 "before limits",
                                                                 "waived",
                                                                 "deferred",
                                                                 "the cap each event",
                                                                 "the guarantee",
                                                                 "the cap each period",
                                                                 "the cap in total",
                                                                 "the floor at zero",
                                                                 "earned",
                                                                 "payable on",
                                                                 "waits",
                                                                 "boundary",
                                                                 "part"};

// Of a stage: what it came to, the limit itself, what it took (below zero) or gave back, what it made up, the room under it as the step found and left it, and
// what it keeps for a later step. Of a question about the cap in total: from which day on amounts count one by one, and what counts of those
// before it.
enum class Figure : std::uint8_t { value, limit, cut, made_up, room_before, room_after, kept, since, brought };
inline constexpr std::array<std::string_view, 9> figure_words = {"", "limit", "cut", "made up", "room before", "room after", "kept", "since", "brought forward"};

// What becomes of a clause at a boundary.
enum class Becomes : std::uint8_t { closed, released };
inline constexpr std::array<std::string_view, 2> becomes_words = {"closed", "released"};

} // namespace deal
