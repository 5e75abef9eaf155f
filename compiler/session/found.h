// What an `expect` found that does not hold: the value, the verdict with its clause, both sides of a comparison.
#pragma once
#include "session/subject.h"

namespace deal::session {

std::string found(Subject &, const check::Scenario &, const Expectation &);

} // namespace deal::session
