// Tree → checked tree. Every mistake of the text is in the sink; the model is meant only where the sink has no error.
#pragma once
#include "check/model.h"
#include "diagnostics/diagnostics.h"
#include "syntax/tree.h"

namespace deal::check {

struct Program {
  syntax::Tree tree;
  Model model;
};

Model check(const syntax::Tree &, Sink &);

// A question from outside the file (`deal eval`, the REPL), added to a program that was checked without errors.
// Failing constants are answers here, not mistakes. None where the sink has an error.
std::optional<TermId> check_question(Program &, const Source &text, Sink &);

// A value for a parameter or a fact from outside the file (`--set NAME=VALUE`): a constant expression, never rounded. A value beyond
// the type or its range is kept as it is: the question that reads it answers `input out of range`.
struct Setting {
  bool is_fact = false;
  int index = -1;
  bool keyed = false;
  std::vector<Value> keys;
  std::optional<Value> value; // none: unknown
};
std::optional<Setting> check_setting(Program &, const Source &name, const Source &value, Sink &);
// The same for one value of a type: a field of a ledger, an argument.
std::optional<Value> check_value(Program &, const Type &, const Source &value, Sink &);

// Lines in the words of a scenario (`on 2027-04-30 OpenAI reports Revenue 5 USD`), for the REPL.
std::vector<Step> check_steps(Program &, const Source &lines, Sink &);

} // namespace deal::check
