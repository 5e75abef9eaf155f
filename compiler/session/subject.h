// What a question is put to: a `.deal` file, compiled here, or a shared library with its descriptor.
#pragma once
#include "session/evaluator.h"
#include "session/reasons.h"
#include <nlohmann/json.hpp>

namespace deal::session {

// A command that cannot go on: what to say, and the exit code (1: findings, 2: bad use or bad input).
struct Stop {
  std::string message;
  int code = 2;
};

struct Subject {
  check::Program program; // of a library: its names and types only
  bool library = false;
  std::string path; // of a library: its code is loaded where it is first needed
  std::shared_ptr<Running> running;
  std::shared_ptr<Kept> kept; // where one question follows another

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
  bool must = false; // whether the verdict is `required`
  int party = -1;
  std::vector<host::Constant> arguments;
  ValueType type;
};
// None where it has a mistake.
std::optional<Asked> read_question(Subject &, const std::string &text, Sink &);
// Questions are checked first, then the code is made for all of them, then each is bound.
void bind(Subject &, std::vector<Asked> &, bool history, bool explain);
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
// What is known of an answer: what it is, what decides it, why, and what would settle it.
struct Told {
  host::Answer answer;
  std::vector<Reason> reasons;
  std::vector<std::string> by, settled_by;
  // Where the readings that are open make a difference: under each combination of those that do.
  struct Reading {
    std::vector<std::pair<int, int>> taken; // group, choice
    std::shared_ptr<Told> told;
  };
  std::vector<Reading> readings;
};
Told tell(const Subject &, const Asked &, const host::Instance &, std::int32_t day);
// What each payment's latest event, or close, brought, for the reasons of its words.
struct LastStep {
  std::optional<check::Happening> row;
  host::Ticked tick; // without a row
  std::vector<std::int64_t> trace;
};
using LastSteps = std::map<int, LastStep>; // by payment
void remember(const Subject &, LastSteps &, const check::Happening &, const std::vector<std::int64_t> &trace);
void remember(const Subject &, LastSteps &, const std::vector<host::Ticked> &);
// The reasons of a payment's words: its latest event and the figures on the way from it, in their order.
struct LatestEvent {
  std::int32_t on, economic;
  std::string party, event; // party: of one that is reported
  struct Field {
    std::string name;
    ValueType type;
    host::Constant value;
  };
  std::vector<Field> fields;
  struct Figured {
    std::string name; // of a parameter; else what the stage came to
    Stage stage = Stage::none;
    Figure figure = Figure::value;
    ValueType type;
    Rational value = 0;        // of a condition: whether it holds
    Status status = Status::ok; // of a condition
    std::optional<interface::Badge> badge;
  };
  std::vector<Figured> figures;
};
// None where the question is about no payment, or nothing happened that concerns it.
std::optional<LatestEvent> latest_event(const Subject &, const Asked &, const LastSteps &);

bool color_wanted(int fd);

} // namespace deal::session
