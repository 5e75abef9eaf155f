// Functions of the language: nothing that takes arguments can have their names.
#pragma once
#include <algorithm>
#include <array>
#include <string_view>

namespace deal {

inline constexpr std::array<std::string_view, 2> builtin_words = {"min", "max"};
inline bool is_builtin(std::string_view name) { return std::find(builtin_words.begin(), builtin_words.end(), name) != builtin_words.end(); }

} // namespace deal
