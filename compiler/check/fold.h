#pragma once
#include "check/model.h"

namespace deal::check {

// The outcome of a node whose operands are all constants; none where it reads anything else.
std::optional<Outcome> fold(const Model &, const Node &);

} // namespace deal::check
