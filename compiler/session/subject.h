// What a question is put to: a `.deal` file, compiled here, or a shared library with its descriptor.
#pragma once
#include "session/evaluator.h"
#include <nlohmann/json.hpp>

namespace deal::session {

// A command that cannot go on: what to say, and the exit code (1: findings, 2: bad use or bad input).
struct Stop {
  std::string message;
  int code = 2;
};

struct Subject {
  Source source{"", ""};
  check::Program program; // of a library: its names and types only
  bool library = false;
  std::shared_ptr<Running> running;

  const check::Model &model() const { return program.model; }
  const interface::Interface &interface() const { return running->interface; }
};

// Reads and checks; throws Stop with rendered diagnostics. Code is not made yet for a `.deal` file.
Subject open_subject(const std::string &path);
std::string read_file(const std::string &path);
// Makes the code of a `.deal` file; a library has its own.
void make_code(Subject &, const lower::Request &, int level);

// One question: a term of the interface, or an action's question with its arguments.
struct Asked {
  std::string text;
  check::TermId term;
  int index = -1;    // of interface.terms
  int question = -1; // of interface.questions
  int party = -1;
  std::vector<host::Constant> arguments;
  ValueType type;
};
// Questions are checked first, then the code is made for all of them, then each is bound.
std::vector<Asked> prepare(Subject &, const std::vector<std::string> &texts, bool history, bool explain);
host::Answer answer(const Asked &, host::Instance &, std::int32_t day, bool traced);
bool needs_day(const Subject &, const Asked &);

// --set, --reading, --inputs, --on, --events and --keep, as several commands take them.
struct Given {
  std::vector<std::string> settings, readings, keep;
  std::string inputs, on, events;
};
void apply_given(Subject &, const Given &, host::Instance &);
std::int32_t day_of_option(const std::string &text);

// JSON in which a number with a point stays the text that was written: never a binary float. Empty where the text is no JSON.
nlohmann::ordered_json parse_exact(const std::string &text);
// 8,000,000,000.00 USD: for people.
std::string for_people(const ValueType &, const Rational &);
std::string say(const Asked &, const host::Answer &, const Subject &);
// ", by AzureFirst": the clauses that decide a verdict.
std::string deciding(const Subject &, const Asked &, const host::Answer &, std::int32_t day);
// What an answer that is not known waits for.
std::string waits_for(const Subject &, const Asked &, const host::Instance &);
// What each payment's latest event brought, for the reasons of its words.
struct LastStep {
  check::Happening row;
  std::vector<std::int64_t> trace;
};
using LastSteps = std::map<int, LastStep>; // by payment
void remember(const Subject &, LastSteps &, const check::Happening &, const std::vector<std::int64_t> &trace);
std::string explain(const Subject &, const Asked &, const host::Answer &, std::int32_t day, const LastSteps &);

bool color_wanted(int fd);

} // namespace deal::session
