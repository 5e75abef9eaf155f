// Rule 12, woven anew from the tree: which sentence and which lines each version of a clause has. What the checker made of the
// amendments is held against it.
#pragma once
#include "check/check.h"

namespace deal::oracle {

// Where the model's versions say something else than the tree's amendments; empty where they agree.
std::string woven_otherwise(const check::Program &);

} // namespace deal::oracle
