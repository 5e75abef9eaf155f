// From a place in the text to what stands there.
#pragma once
#include "check/model.h"

namespace deal::check {

// The smallest term that holds the place.
std::optional<TermId> term_at(const Model &, std::uint32_t place);
// The name that is used there, and where it is declared.
std::optional<Use> use_at(const Model &, std::uint32_t place);

} // namespace deal::check
