// Functions of the language, each said once: nothing that takes arguments can have their names. How each makes its term is in
// check/builtins.cpp; the reference page shows each (`tests/rules`).
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace deal {

enum class Builtin : std::uint8_t { min, max };
struct BuiltinRow {
  std::string_view name;
  std::string_view written; // with its arguments
  std::string_view says;
  std::string_view example;
};
inline constexpr std::array<BuiltinRow, 2> builtin_rows = {{
    {"min", "min(a, b, …)", "the lowest of them", "min(Sale.gross, 100 USD)"},
    {"max", "max(a, b, …)", "the highest of them", "max(Sale.gross - 10 USD, 0 USD)"},
}};
// None where a name is no builtin.
constexpr const BuiltinRow *builtin(std::string_view name) {
  for (auto &row : builtin_rows)
    if (row.name == name) return &row;
  return nullptr;
}

} // namespace deal
