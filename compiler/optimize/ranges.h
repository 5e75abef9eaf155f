// What is known of each value, and what follows: `deal build --emit ranges`.
#pragma once
#include "ir/exact.h"

namespace deal::optimize {

// For each value that the function comes to: its interval, its denominator, the bits of its numerator, the form of its operation. Then the
// same of its form in columns, with what is proved and what is assumed and watched; or why it has none.
std::string ranges(const ir::Function &, const std::vector<Location> &known);

} // namespace deal::optimize
