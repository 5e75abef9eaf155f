// The checked tree: what a deal means, with every name resolved, every term typed, every clause a list of versions.
// Clause kinds are still clauses here; `lower` (and, apart from it, the oracle in tests/oracle) gives them their meaning.
#pragma once
#include "check/names.h"
#include "language/stages.h"
#include "language/value_type.h"
#include "language/words.h"
#include "support/exact.h"
#include "support/id.h"
#include "support/source.h"
#include "syntax/tree.h"
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace deal::check {

using TermId = Id<struct TermTag>;

// ---- types and values ----
struct Type {
  enum Base : std::uint8_t {
    error,
    boolean,
    integer,
    number,
    ratio,
    decimal,
    percent,
    money,
    date,
    duration,
    months,
    text,
    choice,
    party,
    asset,
    verdict
  };
  Base base = error;
  int scale = 0;                     // places after the point of a stored value: decimal(s), money's minor digits, percent 9
  int currency = -1;                 // index into the ISO 4217 table
  int kind = -1;                     // of a choice
  bool bare = false;                 // a decimal without a scale, an unrounded amount: exact, not storable
  std::optional<Rational> low, high; // declared range, in the value's own unit
};
inline Type plain(Type::Base base) { return Type{base}; } // without a scale, a currency, a range
bool is_number(const Type &);                             // integer, number, ratio, decimal, percent: one dimension
bool same_dimension(const Type &, const Type &);
bool is_storable(const Type &);
bool is_scalar(const Type &); // an ordered number of any dimension: number, money, duration, months, date

// A boolean, a number (dates as days since 1970-01-01, choices, parties and assets by index, durations in seconds), or a text.
using Value = std::variant<bool, Rational, std::string>;

struct Outcome {
  Status status = Status::ok;
  Value value = false;
};

// ---- terms ----
struct Constant {
  Outcome outcome;
};
struct UnknownTerm {};
struct ParameterRef {
  int parameter;
};
struct FactRef {
  int fact;
  std::vector<TermId> keys;
};
struct FieldRef {
  int event, field;
};
struct ArgumentRef {
  int index;
}; // a field of the action that a norm or a question is about
struct TodayRef {};
struct DefinitionRef {
  int definition;
};
struct StateRef {
  int state;
};
struct TotalRef {
  int total;
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
  int action;
  std::vector<TermId> arguments;
};
enum class Word : std::uint8_t { active, exclusive, entitlement, earned, accrued, payable, payable_on, paid, owing, counted, room };
struct ClauseTerm {
  int clause;
  Word word;
};
struct Question {
  bool must;
  TermId party;
  int action;
  std::vector<TermId> arguments;
};
struct ReadingChoice {
  int group;
  std::vector<TermId> bodies;
};
using Node = std::variant<Constant, UnknownTerm, ParameterRef, FactRef, FieldRef, ArgumentRef, TodayRef, DefinitionRef, StateRef, TotalRef, Not,
                          Negate, Logic, Compare, Arithmetic, If, Case, Extreme, Clamp, Round, Power, DateAdd, DateDifference, WholeIn, WholeBetween,
                          Years, InYear, Occurred, ClauseTerm, Question, ReadingChoice>;
struct Term {
  Node node;
  Type type;
  Span span;
};
// The terms directly under a node, in order.
std::vector<TermId> children(const Node &);

// ---- what is declared ----
struct Titled {
  std::string name, title;
  Span span;
};
struct Kind {
  std::string name;
  std::vector<Titled> alternatives;
  Span span;
};
struct Field {
  std::string name;
  Type type;
  Span span;
};
struct ParameterVersion {
  std::int32_t from;
  std::optional<Value> value;
  std::optional<syntax::Badge> badge;
};
struct Parameter {
  std::string name, title;
  Type type;
  std::vector<ParameterVersion> versions;
  Span span;
};
struct Fact {
  std::string name, title;
  std::vector<Field> keys;
  Type type;
  std::string decider;
  bool decider_not_stated = false;
  Span span;
};
struct Event {
  std::string name, alias, title;
  int reporter = -1;
  std::optional<Period> each;
  std::vector<Field> fields;
  Span span;
};
struct Action {
  std::string name, title, as;
  std::vector<Field> fields;
  int by = -1;
  Span span;
};
struct Total {
  int event, field;
  syntax::Total::Window window;
  std::int32_t since_day;
  Period period;
  Type type;
};

// Definitions with exceptions. overridden_by[i]: the exceptions preferred over i, closed.
struct Rules {
  struct Exception {
    std::string name;
    TermId condition, body;
    Span span;
  };
  TermId base; // may be absent
  std::vector<Exception> exceptions;
  std::vector<std::vector<int>> overridden_by;
};
struct DefinitionVersion {
  std::int32_t from;
  Rules rules;
};
struct Definition {
  std::string name;
  Type type;
  std::optional<Rounding> rounding;
  std::vector<DefinitionVersion> versions;
  Span span;
  int scope = -1;
};

struct StateUpdate {
  int event;
  TermId condition, body;
};
struct StateCell {
  std::string name;
  Type type;
  TermId initial;
  std::vector<StateUpdate> updates;
  Span span;
};

// ---- clauses ----
inline constexpr std::int32_t always_from = INT32_MIN;
inline constexpr std::int32_t never = INT32_MAX;

// A term: from a day or an event, through the first or the last of its endings (all inclusive days).
struct TermSpec {
  std::int32_t start = always_from;
  int start_event = -1;
  struct End {
    std::int32_t through = never;
    int until_event = -1;
  };
  std::vector<End> ends;
  bool last = false; // whichever is last
  bool stated = false;
};
struct Guard {
  TermId when, unless;
};
struct Contract {
  std::string text, source;
};
struct Precedence {
  int clause;
  Span span;
};
struct Common {
  TermSpec term;
  Guard guard;
  std::vector<Precedence> yields_to, beats; // subject to, notwithstanding
  std::vector<Contract> texts;
  struct Written { // a line, or without a lead the sentence
    std::string lead;
    Span span; // without its badge
    std::optional<syntax::Badge> badge;
  };
  std::vector<Written> lines; // its sentence first
  Span span;
};
struct LicenseVersion {
  int licensor, licensee;
  std::vector<int> assets, excluded;
  syntax::ExclusiveLine::Kind exclusivity;
  bool grants = true;
}; // without a grant: an exclusivity clause
// A limit of a payment.
struct Limit {
  Stage at;
  Period each; // of a cap each period
  TermId amount;
};
struct PayableRule {
  int count;
  Unit unit;
  Period after;
};
struct ClosesRule {
  int count;
  Unit unit;
};
struct PaymentVersion {
  int payer, payee;
  TermId amount;
  int trigger = -1; // the event
  int total = -1;   // a running total: stores cumulatively
  std::optional<Rounding> rounding;
  int places = 0; // of the store
  std::vector<Limit> limits; // in the order of application: by stage, the shorter period first
  std::optional<syntax::CountingLine> counting;
  std::optional<syntax::PartLine::Kind> part;
  bool carries = false;
  std::optional<PayableRule> payable;
  std::optional<ClosesRule> closes;
  int restatable = 0; // periods
  int currency = -1;

  const Limit *limit(Stage at) const { // the first of a stage
    for (auto &l : limits)
      if (l.at == at) return &l;
    return nullptr;
  }
  TermId cap() const { // in total
    auto *line = limit(Stage::cap_in_total);
    return line ? line->amount : TermId{};
  }
};
struct NormVersion {
  syntax::DutySentence::Modal modal;
  int party, action;
  std::vector<TermId> pattern; // absent: binds
  std::int32_t by = never;
};
struct Ended {
  bool released = false;
};
struct Version {
  std::int32_t from;
  Common common;
  std::variant<Ended, LicenseVersion, PaymentVersion, NormVersion> body;
};
struct Clause {
  syntax::Clause::Kind kind;
  std::string name, title;
  Span span;
  std::vector<Version> versions;
  std::vector<std::int32_t> restarts;
  bool refused = false; // a line of it is not supported, and that was said
};

// ---- readings ----
struct ReadingGroup {
  std::vector<Titled> names;
};

// ---- amendments, scenarios, claims ----
struct Amendment {
  std::string name, title;
  std::int32_t effective;
  std::vector<Contract> texts;
  Span span;
};
struct With {
  int parameter;
  Value value;
};
struct Given {
  int fact;
  std::vector<Value> keys;
  bool all_keys;
  std::optional<Value> value;
};
struct ReadingStep {
  int group, choice;
};
struct Happening { // one row of a ledger
  enum Kind : std::uint8_t { reports, does, pays, happens } kind;
  std::int32_t on = 0, economic = 0;
  int party = -1, subject = -1; // the event, action or payment
  std::vector<Value> values;    // fields or arguments; of a payment the amount
};
struct AsOf {
  std::int32_t day;
};
struct Expect {
  enum Test : std::uint8_t { holds, rejected, known, not_known, status, not_status } test = holds;
  TermId claim;
  Status wanted = Status::ok;
  std::string reason; // of a rejection: words that its status holds
};
struct Step {
  std::variant<With, Given, ReadingStep, Happening, AsOf, Expect> node;
  Span span;
};
struct Scenario {
  std::string title;
  std::vector<Step> steps;
  Span span;
};
struct Claim {
  std::string title;
  TermId claim, when;
  std::vector<std::string> independent_of;
  std::optional<std::int32_t> from;
  std::optional<syntax::Badge> badge; // it may stand untested
  Span span;
};

struct Model {
  std::string name, title;
  std::optional<std::int32_t> effective;
  std::optional<Rounding> rounding;
  std::optional<bool> month_end_up;
  int currency = -1;
  Store<TermTag, Term> terms;
  std::vector<Titled> parties;
  std::vector<std::string> assets;
  std::vector<Kind> kinds;
  std::vector<Parameter> parameters;
  std::vector<Fact> facts;
  std::vector<Event> events;
  std::vector<Action> actions;
  std::vector<Definition> definitions;
  std::vector<StateCell> states;
  std::vector<Total> totals;
  std::vector<Clause> clauses;
  std::vector<ReadingGroup> readings;
  std::vector<std::string> notes;
  std::vector<Amendment> amendments;
  std::vector<Scenario> scenarios;
  std::vector<Claim> claims;
  Names names;
  std::vector<int> definition_order; // each after those that it reads, by itself or through the words of a clause
  std::vector<int> payment_order;    // clauses: each after those whose words it reads (rule 21)

  const Term &operator[](TermId id) const { return terms[id]; }
  std::optional<Outcome> constant(TermId id) const {
    if (auto *c = std::get_if<Constant>(&terms[id].node)) return c->outcome;
    return std::nullopt;
  }
};

// One norm of one version of a clause: what a permission says, or one of what a license does (a grant for each asset, and where it
// is exclusive or sole a prohibition for each party it shuts out).
struct Norm {
  int clause, version;
  std::int32_t from, through; // the version's own days
  syntax::DutySentence::Modal modal;
  int party, action;
  std::vector<TermId> pattern; // absent: binds; of a license: empty, and `asset` says it
  int asset = -1;
  std::int32_t by = never;
};
std::vector<Norm> norms_of(const Model &);
const Version &version_of(const Model &, const Norm &);
// Same party and action, patterns that can both match, days that overlap (versions and constant terms).
bool can_meet(const Model &, const Norm &, const Norm &);
// a is stated to prevail over b, by either of the two.
bool prevails(const Model &, const Norm &a, const Norm &b);

// "money USD", "integer", "Cloud": as a message names it.
std::string describe(const Model &, const Type &);
// What the interface needs to know of a type.
ValueType value_type(const Model &, const Type &);

} // namespace deal::check
