// The names of a deal in C: of members, structs and functions. The rule, and the way back, stand in docs/reference/host.md.
#pragma once
#include <string>
#include <string_view>

namespace deal::interface {

// A name that the deal declares (`rate`), or a word of one, joined by a point (`OpenAIToMicrosoft.earned`).
std::string c_name(std::string_view name);
// A payee's part of a word of a clause: `P.earned(X)`.
std::string c_part(std::string_view clause, std::string_view word, std::string_view payee);
// A name behind one of the interface's own words: `step_` and an event.
std::string c_behind(std::string_view word, std::string_view name);
// The deal's own name, which all its functions and structs begin with.
std::string c_prefix(std::string_view name);

} // namespace deal::interface
