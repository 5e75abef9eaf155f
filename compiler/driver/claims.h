// `always` on random ledgers: a search for a ledger that refutes it, not a proof.
#pragma once
#include "session/evaluator.h"
#include <random>

namespace deal::driver {

using namespace session;

struct Tested {
  bool refuted = false;
  std::string text; // what was done; where it was refuted, the ledger as a scenario
};
Tested test_claim(const check::Model &, const check::Claim &, int ledgers, std::uint64_t seed);

// A ledger that the model takes, drawn at random: dates around bounds and amendments, amounts of both signs and at edges.
std::vector<check::Happening> random_ledger(const check::Model &, std::mt19937_64 &, int rows, std::int32_t from);

} // namespace deal::driver
