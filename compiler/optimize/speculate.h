// An evaluator of one row → one of columns, taken to be ordinary: amounts below 2^50, results of divisions too, perhaps all inputs known.
// What then is proved folds away: checks of ranges, statuses. Every assumption is an `assume` that the columns' loop watches; where one
// breaks, the rows at hand are computed again in the form for a row (runtime/batch.h). Acceptance never rests on it.
#pragma once
#include "ir/exact.h"

namespace deal::optimize {

inline const Integer estimated = Integer(1) << 50;

// `known`: what is true of the flags of parameters and facts ("this was given"), where all rows at hand have it.
ir::Function speculate(const ir::Function &, const std::vector<Location> &known);

} // namespace deal::optimize
