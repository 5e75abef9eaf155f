// `always` on random ledgers: a search for a ledger that refutes it, not a proof. Values; the caller says them.
#pragma once
#include "session/evaluator.h"

namespace deal::driver {

using namespace session;

// A ledger with the day on which the claim was asked, and what it was.
struct Witness {
  std::vector<check::Step> steps;
  std::int32_t day;
  check::Outcome answer;
};
struct Tested {
  enum Kind : std::uint8_t { not_refuted, refuted, not_tested } kind = not_tested;
  int ledgers = 0, asked = 0, with_value = 0;
  bool applied = true;          // its `when` held at least once
  Status mostly = Status::ok;   // where it never had a value: what it was
  std::vector<Witness> against; // of a dependence two: the ledgers differ in what was named, and so do the answers
};

// What an evaluator has to know to test the claims of the model, in their order.
std::vector<check::TermId> questions_of(const check::Claim &);
Tested test_claim(const check::Model &, const check::Claim &, const Factory &, int ledgers, std::uint64_t seed);

// What was done and found, in words; a counter-example as scenarios. `text` is the claim as the file has it.
std::string report(const check::Model &, const check::Claim &, const std::string &text, const Tested &);

} // namespace deal::driver
