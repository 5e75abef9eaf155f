// text → Tree. ANTLR lives behind this wall: its exceptions, its code-point columns and its recursion end here.
#pragma once
#include "diagnostics/diagnostics.h"
#include "syntax/tree.h"
#include <optional>

namespace deal::syntax {

inline constexpr std::size_t max_bytes = 64u << 20;
inline constexpr int max_depth = 1000;

// None where the text does not parse; a tree with broken nodes where it parses and cannot be read in one way.
std::optional<Tree> parse(const Source &, Sink &);

// One expression on its own (`deal eval`), added to a tree that exists; spans refer to `text`.
ExprId parse_expression(const Source &text, Tree &into, Sink &);

} // namespace deal::syntax
