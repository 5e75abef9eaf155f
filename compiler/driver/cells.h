// Plainly written values as the words that slots hold, and back: what a table of a million rows is made of. What is written otherwise is
// read by the language (check_value).
#pragma once
#include "language/value_type.h"
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace deal::driver {

// 1234.50 or 1234.50 USD, 12.5%, -3, true, 2027-03-31, the name of a party or an alternative. None: not plain, or not exact at this scale.
std::optional<std::int64_t> plain_word(const ValueType &, std::string_view);
// As it is written in a table: amounts without their currency, all else as format_value.
void append_word(std::string &to, const ValueType &, std::int64_t word);

} // namespace deal::driver
