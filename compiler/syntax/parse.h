// text → Tree. ANTLR lives behind this wall: its exceptions, its code-point columns and its recursion end here.
#pragma once
#include "diagnostics/diagnostics.h"
#include "syntax/tree.h"

namespace deal::syntax {

inline constexpr std::size_t max_bytes = 64u << 20;
inline constexpr int max_depth = 1000;

// Always a tree: what cannot be read is missing in it or broken, and reported.
Tree parse(const Source &, Sink &);

// What stands outside a file, added to a tree that exists: one expression, lines of a scenario, items.
ExprId parse_expression(const Source &, Tree &into, Sink &);
std::vector<Step> parse_steps(const Source &, Tree &into, Sink &);
std::vector<Item> parse_items(const Source &, Tree &into, Sink &);

} // namespace deal::syntax
