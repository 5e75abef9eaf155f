// Random programs: definitions of every storable type over facts with edges, and the inputs to try them with; and whole deals.
#pragma once
#include "check/model.h"
#include <random>
#include <string>

namespace deal::test {

std::string random_program(std::mt19937_64 &, int definitions);
// Payments with their lines, licenses, norms, states, amendments over events: for ledgers.
std::string random_deal(std::mt19937_64 &);
// A value of a type: edges of the range, ties, negatives; none where it stays unknown.
std::optional<check::Value> random_input(const check::Model &, const check::Type &, std::mt19937_64 &);

} // namespace deal::test
