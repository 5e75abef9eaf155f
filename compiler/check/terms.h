// The terms of the checked tree: expressions with every name resolved and every type known.
#pragma once
#include "check/types.h"
#include "language/clauses.h"
#include "language/words.h"
#include "support/source.h"
#include <utility>
#include <variant>

namespace deal::check {

using TermId = Id<struct TermTag>;

// A boolean, a number (dates as days since 1970-01-01, choices, parties and assets by index, durations in seconds), or a text.
using Value = std::variant<bool, Rational, std::string>;

struct Outcome {
  Status status = Status::ok;
  Value value = false;
};

struct Constant {
  Outcome outcome;
};
struct UnknownTerm {};
struct ParameterRef {
  ParameterId parameter;
};
struct FactRef {
  FactId fact;
  std::vector<TermId> keys;
};
struct FieldRef {
  EventId event;
  int field;
};
struct ArgumentRef {
  int index;
}; // a field of the action that a norm or a question is about
struct TodayRef {};
struct DefinitionRef {
  DefinitionId definition;
};
struct StateRef {
  StateId state;
};
struct TotalRef {
  TotalId total;
  bool before;
}; // before: without the current event
struct Not {
  TermId operand;
};
struct Negate {
  TermId operand;
};
struct Logic {
  bool conjunction;
  TermId left, right;
};
struct Compare {
  BinaryOp op;
  TermId left, right;
};
struct Arithmetic {
  BinaryOp op;
  TermId left, right;
}; // add, sub, mul, div
struct If {
  TermId condition, then, otherwise;
};
struct Case {
  TermId subject;
  std::vector<std::pair<std::vector<int>, TermId>> arms;
};
struct Extreme {
  bool highest;
  std::vector<TermId> items;
}; // min, max
struct Clamp {
  TermId subject, low, high;
}; // either bound may be absent
struct Round {
  TermId subject;
  Rounding mode;
  int places;
}; // nearest multiple of 10^-places of the value
struct Power {
  TermId base;
  int exponent;
};
struct DateAdd {
  TermId date, amount;
  bool backward;
}; // amount: duration or months
struct DateDifference {
  TermId later, earlier;
};
struct WholeIn {
  Unit unit;
  TermId duration;
};
struct WholeBetween {
  Unit unit;
  TermId from, to;
};
struct Years {
  TermId from, to;
  DayCount convention;
};
struct InYear {
  TermId date;
  int year;
};
struct Occurred {
  ActionId action;
  std::vector<TermId> arguments;
};
struct ClauseTerm {
  ClauseId clause;
  Word word;
  PartyId payee; // of a split: whose part; absent: the whole
};
struct Question {
  bool must;
  TermId party;
  ActionId action;
  std::vector<TermId> arguments;
};
struct ReadingChoice {
  GroupId group;
  std::vector<TermId> bodies;
};
using Node = std::variant<Constant, UnknownTerm, ParameterRef, FactRef, FieldRef, ArgumentRef, TodayRef, DefinitionRef, StateRef, TotalRef, Not,
                          Negate, Logic, Compare, Arithmetic, If, Case, Extreme, Clamp, Round, Power, DateAdd, DateDifference, WholeIn, WholeBetween,
                          Years, InYear, Occurred, ClauseTerm, Question, ReadingChoice>;
struct Term {
  Node node;
  TypeId type;
  Span span;
};
// The terms directly under a node, in order.
std::vector<TermId> children(const Node &);

} // namespace deal::check
