// The evaluators that the tests hold against each other.
#pragma once
#include "session/evaluator.h"

namespace deal::test {

session::Factory oracle_of(const check::Model &);

// traced: steps by their traced twins.
enum class How { jit_o0, jit_o3, library_o3, traced };
session::Factory native_of(const check::Model &, const std::vector<check::TermId> &questions, How);

} // namespace deal::test
