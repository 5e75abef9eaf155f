// What the tests ask of an evaluator, whichever it is: the oracle, or native code at some level of optimization.
#pragma once
#include "check/check.h"
#include <functional>
#include <memory>

namespace deal::test {

class Backend {
public:
  virtual ~Backend() = default;
  virtual void set(int parameter, std::optional<check::Value>) = 0;
  virtual void give(int fact, std::optional<std::vector<check::Value>> keys, std::optional<check::Value>) = 0;
  virtual void read(int group, int choice) = 0;
  virtual Status apply(const check::Happening &) = 0;
  virtual check::Outcome ask(check::TermId, std::int32_t day) = 0;
};

// Makes fresh instances of one program that knows the given questions.
using Factory = std::function<std::unique_ptr<Backend>()>;
Factory oracle_of(const check::Model &);
// Native code that answers these questions and every row of a ledger.
enum class How { jit_o0, jit_o3, library_o3 };
Factory native_of(const check::Model &, const std::vector<check::TermId> &questions, How);
// Every claim of the model's scenarios.
std::vector<check::TermId> claims_of(const check::Model &);

struct Expectation {
  bool passed = true;
  Span span;
  std::string found;
};
// Runs a scenario; one entry for each `expect`, and one for each row that was refused without being expected to be.
std::vector<Expectation> run_scenario(const check::Model &, const check::Scenario &, Backend &);

} // namespace deal::test
