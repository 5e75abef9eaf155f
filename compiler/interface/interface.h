// What a host needs to know of an evaluator: structs, functions, names, texts. The descriptor is this as JSON; the header is this as C.
#pragma once
#include "language/clauses.h"
#include "language/location.h"
#include "language/stages.h"
#include "language/value_type.h"
#include "language/words.h"
#include "support/source.h"
#include <optional>
#include <variant>

namespace deal::interface {

using Constant = std::variant<Rational, std::string>; // what a key can be: a number of its type, or a text

struct Slot {
  std::string name;
  ValueType type;
  Location at;
  std::optional<std::uint32_t> known; // the byte that says whether it was given
  std::optional<Rational> low, high;  // declared range
  std::optional<std::int32_t> since;  // of a cell: until that day it is as a new state has it
};
struct Layout {
  std::string name;
  std::uint32_t size = 0;
  std::vector<Slot> slots;
};

// How a value of a type stands in a struct or a column.
Elem elem_of(const ValueType &);

struct Titled {
  std::string name, title;
};
struct Badge {
  std::string kind, source;
};
struct Contract {
  std::string text, source;
};

struct ParameterInfo {
  std::string name, title;
  struct Version {
    std::int32_t from;
    std::optional<Rational> value;
    std::optional<Badge> badge;
  };
  std::vector<Version> versions;
};
struct FieldInfo {
  std::string name;
  ValueType type;
  std::optional<Rational> low, high;
};
struct FactInfo {
  std::string name, title, decider;
  std::vector<FieldInfo> keys;
  FieldInfo self;
  bool decider_not_stated = false;
};
struct EventInfo {
  std::string name, title, reporter;
  std::optional<Period> each;
  std::vector<FieldInfo> fields;
};
struct ActionInfo {
  std::string name, title, as, by;
  std::vector<FieldInfo> fields;
};
struct KindInfo {
  std::string name;
  std::vector<Titled> alternatives;
};
struct ClauseInfo {
  ClauseKind kind = ClauseKind::license;
  std::string name, title;
  ValueType currency; // of a payment
  struct Line {       // as it is written, where the text was at hand
    std::string lead, text;
    std::optional<Badge> badge;
  };
  struct Ending { // a last day, or the event before whose day it ends
    std::int32_t through = INT32_MAX;
    int until = -1;
  };
  struct Term {
    std::int32_t start = INT32_MIN; // none: with the first version
    int start_event = -1;
    std::vector<Ending> ends;
    bool last = false; // whichever is last
  };
  struct Version {
    std::int32_t from;
    bool ended;
    std::vector<Contract> texts;
    std::vector<Line> lines; // its sentence first, without a lead
    std::optional<Term> term;
    std::vector<std::string> excluded; // assets that a license takes out again
    Span span;
    std::uint32_t row = 0; // the line of the file
  };
  std::vector<Version> versions;
};

// A value of a keyed fact, or the first day of an occurrence, that the host looks up: key i is argument `arguments[i]` of the question
// where that is not negative, else `constants[i]`.
struct Keyed {
  enum Kind : std::uint8_t { fact, occurrence } kind = fact;
  int index = -1; // the fact or the action
  int party = -1; // of an occurrence: only this party's acts; -1: any
  std::vector<int> arguments;
  std::vector<Constant> constants;
  std::size_t slot = 0; // in the facts, or in the question's struct
  friend bool operator==(const Keyed &, const Keyed &) = default;
};

// One norm of one version of a clause: what it says of one party's act.
struct NormInfo {
  Modal modal = Modal::may;
  int clause = -1, version = -1, party = -1, action = -1, asset = -1;
  std::int32_t by = INT32_MAX;
  std::vector<std::size_t> yields_to; // the norms before which it gives way where they hold
};

// Of what a site speaks: a line of a version of a clause, or a version of a definition.
struct Place {
  enum Part : std::uint8_t { whole, term, pattern, when, unless, performed } part = whole;
  int clause = -1, definition = -1, version = -1;
  friend bool operator==(const Place &, const Place &) = default;
};

// What a trace slot holds, in the order of evaluation: what a named thing came to, a figure of a stage of a clause, or what was looked at and
// read on the way. A figure is evaluated only where it came to a value; what was looked at may have none (`no_value`).
struct Site {
  enum Kind : std::uint8_t {
    stored,    // a figure
    rule,      // which rule of a definition gave it
    clamp,     // which bound it took
    bound,     // the figure after that
    truth,     // a condition of a stage: 1 holds, 0 does not, below 0 minus its status
    exception, // whether exception `index` of a definition applies; from here on a slot may hold no value
    norm,      // whether norm `index` holds
    line,      // whether the line that `place` names holds
    // What was read at `place`: which one of its kind is `index`.
    argument,
    parameter, // `version` of it
    fact,
    definition,
    state,
    total,
    word,       // of a clause
    event,      // the day on which it first happened
    occurrence, // the day on which the act first happened
    reading,    // `version` of the group `index` was taken
    today
  } kind = stored;
  int clause = -1; // of the stage
  Stage stage = Stage::none;
  Figure figure = Figure::value;
  int chain = 0; // of a rate: those with one number multiply each other
  std::string name;
  ValueType type;
  Span span;
  Place place; // where it is read
  int index = -1, version = -1;
  Keyed key;             // of a fact or an occurrence
  std::string text;      // as it is written
  std::uint32_t row = 0; // the line of the file on which it is written

  // Two moments that come to the same site.
  bool same(const Site &s) const {
    return kind == s.kind && clause == s.clause && stage == s.stage && figure == s.figure && name == s.name && span == s.span && place == s.place &&
           index == s.index && version == s.version && key == s.key;
  }
};
// A slot without a value holds its status, below every value; `ok` where there is one that a slot cannot hold.
inline constexpr std::int64_t no_value(Status s) { return INT64_MIN + static_cast<int>(s); }
inline std::optional<Status> without_value(std::int64_t word) {
  if (word > INT64_MIN + 64) return std::nullopt;
  return static_cast<Status>(word - INT64_MIN);
}

// A trace is a word for each site, then a word of bits for each 32 of them: set where the site was evaluated.
inline constexpr std::size_t trace_bits = 32;
inline std::size_t trace_words(std::size_t sites) { return sites + (sites + trace_bits - 1) / trace_bits; }
inline bool evaluated(const std::vector<std::int64_t> &trace, std::size_t sites, std::size_t site) {
  return trace[sites + site / trace_bits] >> (site % trace_bits) & 1;
}
// What a stage of a clause came to, where it was evaluated: over all lines of that stage, as only one of them was.
inline std::optional<std::int64_t> noted(const std::vector<Site> &sites, const std::vector<std::int64_t> &trace, int clause, Stage stage,
                                         Figure figure = Figure::value) {
  for (std::size_t k = 0; k < sites.size(); ++k)
    if (sites[k].clause == clause && sites[k].stage == stage && sites[k].figure == figure && evaluated(trace, sites.size(), k)) return trace[k];
  return std::nullopt;
}

struct TermInfo {
  std::string name, symbol;
  ValueType type;
  int clause = -1;
  bool dated = false, stateful = false, wide = false; // wide: numerator and denominator of 256 bits
  std::vector<int> readings, parameters;              // groups, parameter slots that it reads
  std::vector<std::size_t> facts;                     // slots
  std::vector<Site> sites;
};
struct QuestionInfo {
  int action;
  std::string symbol;
  Layout layout; // party, arguments, then what the host looks up
  std::vector<Keyed> inputs;
  std::vector<int> readings;
  bool stateful = false;
  std::vector<Site> sites;
};
struct StepInfo {
  enum Kind : std::uint8_t { reports, happens, does, pays } kind = reports;
  int subject; // event, action or clause
  std::string symbol;
  Layout layout;                     // on, for, party (does), fields
  std::vector<std::uint32_t> earned; // places in the state of what its payments earn, in the order of clauses
  std::vector<int> readings;
  std::vector<Site> sites;
};
// What time brings without an event, and what its function says of it: which of the boundaries it was (Stage::boundary), and the figures of its
// clause.
struct BoundaryInfo {
  int clause;
  Becomes becomes;
  std::optional<Period> period; // that closes
  int after = 0;                // days after its last
  int restatable = 0;           // of the periods that closed last, as many are open to corrections
  std::vector<int> events;      // that a closed period refuses
};
struct TickInfo {
  std::string symbol;
  std::vector<BoundaryInfo> boundaries; // none: `next` and `tick` have nothing to do
  std::vector<Site> sites;
};

struct AmendmentInfo {
  std::string name, title;
  std::int32_t effective;
  std::vector<Contract> texts;
};

struct Interface {
  std::string name, title, prefix;
  std::optional<std::int32_t> effective;
  std::string currency, rounding;
  bool month_end_stated = false, month_end_up = false;
  std::optional<std::int32_t> contract_from; // where contract years begin
  std::vector<Titled> parties;
  std::vector<std::string> assets, texts, notes;
  std::vector<KindInfo> kinds;
  std::vector<ParameterInfo> parameters;
  std::vector<FactInfo> facts;
  std::vector<EventInfo> events;
  std::vector<ActionInfo> actions;
  std::vector<ClauseInfo> clauses;
  std::vector<NormInfo> norms;
  std::vector<std::vector<Titled>> readings;
  std::vector<AmendmentInfo> amendments;
  Layout parameter_layout, fact_layout, state_layout;
  std::int64_t layout = 0; // the fingerprint of the state, which every state carries
  std::vector<Keyed> fact_inputs;
  std::vector<TermInfo> terms;
  std::vector<QuestionInfo> questions;
  std::vector<StepInfo> steps;
  TickInfo tick;
};
// The flags of what may be given or not: of parameters and facts.
std::vector<Location> flags_of(const Interface &);
// Of a state: names, order, types and places of its cells; of one that holds texts, the texts too.
std::int64_t fingerprint_of(const Interface &);

} // namespace deal::interface
