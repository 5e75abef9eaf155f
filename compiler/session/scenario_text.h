// Scenarios as the text that a deal file holds.
#pragma once
#include "check/model.h"

namespace deal::session {

// A value as it is written in a deal.
std::string literal(const check::Model &, const check::Type &, const check::Value &);
// `with`, `given`, `reading`, `on …`, `as of`: a line of a scenario. An `expect` is its claim's text, which the caller knows.
std::string step_text(const check::Model &, const check::Step &);
// `expect …`: that the question `text`, of that type, has this answer.
std::string expect_text(const check::Model &, const std::string &text, const check::Type &, const check::Outcome &);

} // namespace deal::session
