// What is asked of an evaluator, whichever it is: native code here, the oracle in the tests.
#pragma once
#include "session/session.h"

namespace deal::session {

class Evaluator {
public:
  virtual ~Evaluator() = default;
  virtual void set(check::ParameterId, std::optional<check::Value>) = 0;
  virtual void give(check::FactId, std::optional<std::vector<check::Value>> keys, std::optional<check::Value>) = 0;
  virtual void read(check::GroupId, int choice) = 0;
  virtual Status apply(const check::Happening &) = 0;
  // Why a row that was not taken was not.
  virtual std::string refusal(const check::Happening &, Status s) const { return std::string(status_word(s)); }
  virtual check::Outcome ask(check::TermId, std::int32_t day) = 0;
};
// Makes fresh instances of one program that knows the given questions.
using Factory = std::function<std::unique_ptr<Evaluator>()>;

Factory native_of(const check::Model &, const std::vector<check::TermId> &questions, const std::shared_ptr<Running> &);
// Every claim of the model's scenarios.
std::vector<check::TermId> claims_of(const check::Model &);

host::Constant constant_of(const check::Value &);
host::Row row_of(const check::Model &, const check::Happening &);

struct Expectation {
  bool passed = true;
  Span span;
  std::string found;     // of a row: why it is refused
  std::size_t step = 0;  // of the scenario
  std::int32_t day = 0;  // as of which it was asked
  bool asked = false;    // an answer differs: what it was, `found` (session/found.h) says
};
// Runs a scenario from the top; an entry for each `expect`, and one for each row that was refused without being
// expected to be. None: the scenario asserts nothing.
std::vector<Expectation> run_scenario(const check::Model &, const check::Scenario &, Evaluator &);

} // namespace deal::session
