// Where a value stands: in which struct of the C interface, at which byte, in how many.
#pragma once
#include <compare>
#include <cstdint>

namespace deal {

// The structs of the C interface, and what is passed by value.
enum class Region : std::uint8_t { parameters, facts, readings, state, event, question, today, value, next_state, trace, frame };
enum class Elem : std::uint8_t { i8, i32, i64, i256 };
inline std::uint32_t size_of(Elem e) { return e == Elem::i8 ? 1 : e == Elem::i32 ? 4 : e == Elem::i64 ? 8 : 32; } // bytes
struct Location {
  Region region = Region::parameters;
  std::uint32_t offset = 0;
  Elem elem = Elem::i64;
  friend auto operator<=>(const Location &, const Location &) = default;
};

} // namespace deal
