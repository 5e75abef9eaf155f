// The tree as text: a line for each item, line and step, terms in brackets as they were read (`deal check --emit tree`).
#pragma once
#include "syntax/tree.h"

namespace deal::syntax {

std::string print(const Tree &, const Sources &);

} // namespace deal::syntax
