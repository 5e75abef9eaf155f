// State carried from a library to the one that follows it (docs/reference/host.md).
#pragma once
#include "host/instance.h"

namespace deal::host {

bool fits(const Interface &, std::span<const std::uint8_t> state);

// A state of the older layout as one of the newer: cells that kept name and type are copied, cells that are new stand as in a new state where
// nothing can have gone into them yet. Fails with the cells for which neither holds.
Result<std::vector<std::uint8_t>> migrate(const Interface &older, const Interface &newer, const Code &code_of_newer,
                                          std::span<const std::uint8_t> state);

} // namespace deal::host
