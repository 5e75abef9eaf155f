// Text → tree → checked tree. Whatever the text holds, there is a tree and a model; every mistake is in the sink. Where the sink has an error,
// the model holds what could be read; what can be lowered of it is `sound`.
#pragma once
#include "check/model.h"
#include "diagnostics/diagnostics.h"
#include "syntax/tree.h"
#include <functional>

namespace deal::check {

struct Program {
  Sources sources; // the file is the first
  syntax::Tree tree;
  Model model;
};

Program check(Source file, Sink &);
Model check(const syntax::Tree &, Sink &);

// The deal without what is refused in it and what rests on that: free of mistakes, so that it can be asked. Where what was left out may say
// something about an act, a clause or a value (a rule, a license, a change of an amendment), what it names is left out too: nothing that is
// left would be answered otherwise if the mistakes were mended there.
Program sound(const Program &, const Sink &);

// The names of a model that was not checked here: those of a library. They have no place.
void index_names(Model &);

// A question from outside the file (`deal eval`, the REPL), added to a program that was checked without errors.
// Failing constants are answers here, not mistakes. None where the question has a mistake.
std::optional<TermId> check_question(Program &, Source text, Sink &);

// A value for a parameter or a fact from outside the file (`--set NAME=VALUE`): a constant expression, never rounded. A value beyond
// the type or its range is kept as it is: the question that reads it answers `input out of range`. The program does not grow by what is read
// without a mistake.
struct Setting {
  bool is_fact = false;
  SomeId index;
  bool keyed = false;
  std::vector<Value> keys;
  std::optional<Value> value; // none: unknown
};
std::optional<Setting> check_setting(Program &, Source name, Source value, Sink &);
// The same for one value of a type: a field of a ledger, an argument.
std::optional<Value> check_value(Program &, const Type &, Source value, Sink &);

// Lines in the words of a scenario (`on 2027-04-30 OpenAI reports Revenue 5 USD`), for the REPL. What is no constant there, `valued` may know, as of
// the day of its line, where that has one.
using Valued = std::function<std::optional<Outcome>(TermId, std::optional<std::int32_t> day)>;
std::vector<Step> check_steps(Program &, Source lines, Sink &, Valued = {});

} // namespace deal::check
