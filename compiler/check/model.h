// The checked tree: what a deal means, with every name resolved, every term typed, every clause a list of versions.
// Clause kinds are still clauses here; `lower` (and, apart from it, the oracle in tests/oracle) gives them their meaning.
#pragma once
#include "check/names.h"
#include "check/terms.h"
#include "language/stages.h"
#include "language/value_type.h"
#include "language/words.h"
#include "support/exact.h"
#include "support/source.h"
#include "syntax/tree.h"
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace deal::check {

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
  PartyId reporter;
  std::optional<Period> each;
  std::vector<Field> fields;
  Span span;
};
struct Action {
  std::string name, title, as;
  std::vector<Field> fields;
  PartyId by;
  Span span;
};
inline constexpr std::int32_t always_from = INT32_MIN;

// A running total of a field, over the events for a day on or after `since`: for life, or anew in each period.
struct Total {
  EventId event;
  int field;
  std::int32_t since = always_from;
  std::optional<Period> each;
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
  EventId scope;
};

struct StateUpdate {
  EventId event;
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
inline constexpr std::int32_t never = INT32_MAX;

// A term: from a day or an event, through the first or the last of its endings (all inclusive days).
struct TermSpec {
  std::int32_t start = always_from;
  EventId start_event;
  struct End {
    std::int32_t through = never;
    EventId until_event;
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
  ClauseId clause;
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
  PartyId licensor, licensee;
  std::vector<AssetId> assets, excluded;
  syntax::ExclusiveLine::Kind exclusivity;
  bool grants = true;
}; // without a grant: an exclusivity clause
// A limit of a payment.
struct Limit {
  Stage at;
  Period each; // of a cap, or a guarantee, each period
  TermId amount;
  std::optional<syntax::OfPart> part; // of a guarantee
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
// Of a split: who gets how much of what is earned.
struct Portion {
  PartyId payee;
  TermId share; // absent: what the others leave
};
struct PaymentVersion {
  PartyId payer, payee;
  std::vector<Portion> portions; // of a split, which has no other payee
  TermId amount;
  EventId trigger;               // else:
  std::optional<Period> each;    // it is reckoned at the close of each period
  std::optional<std::int32_t> day; // it is reckoned at the end of a day
  TotalId total; // a running total: stores cumulatively
  std::optional<Rounding> rounding;
  int places = 0; // of the store
  TermId waived, deferred; // conditions, before every limit
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
  Modal modal;
  PartyId party;
  ActionId action;
  std::vector<TermId> pattern; // absent: binds
  std::int32_t by = never;
};
struct Ended {
  bool released = false;
};
// What a version says, by what its sentence says: every `match` over it has a case for each.
using ClauseBody = std::variant<Ended, LicenseVersion, PaymentVersion, NormVersion>;
struct Version {
  std::int32_t from;
  Common common;
  ClauseBody body;
};
inline const PaymentVersion *payment_in(const Version &v) { return std::get_if<PaymentVersion>(&v.body); }
inline bool ended(const Version &v) { return std::holds_alternative<Ended>(v.body); }
inline std::vector<AssetId> excluded(const Version &v) {
  auto *license = std::get_if<LicenseVersion>(&v.body);
  return license ? license->excluded : std::vector<AssetId>();
}
inline bool releases(const Version &v) { return ended(v) && std::get<Ended>(v.body).released; }
struct Clause {
  ClauseKind kind;
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
  ParameterId parameter;
  Value value;
};
struct Given {
  FactId fact;
  std::vector<Value> keys;
  bool all_keys;
  std::optional<Value> value;
};
struct ReadingStep {
  GroupId group;
  int choice;
};
struct Happening { // one row of a ledger
  enum Kind : std::uint8_t { reports, does, pays, happens } kind;
  std::int32_t on = 0, economic = 0;
  PartyId party;
  SomeId subject; // the event, action or payment
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
  std::optional<std::int32_t> contract_from; // where contract years begin
  int currency = -1;
  Types types;
  Store<TermTag, Term> terms;
  Store<PartyTag, Titled> parties;
  Store<AssetTag, std::string> assets;
  Store<KindTag, Kind> kinds;
  Store<ParameterTag, Parameter> parameters;
  Store<FactTag, Fact> facts;
  Store<EventTag, Event> events;
  Store<ActionTag, Action> actions;
  Store<DefinitionTag, Definition> definitions;
  Store<StateTag, StateCell> states;
  Store<TotalTag, Total> totals;
  Store<ClauseTag, Clause> clauses;
  Store<GroupTag, ReadingGroup> readings;
  std::vector<std::string> notes;
  Store<struct AmendmentTag, Amendment> amendments;
  std::vector<Scenario> scenarios;
  std::vector<Claim> claims;
  Names names;
  std::vector<DefinitionId> definition_order; // each after those that it reads, by itself or through the words of a clause
  std::vector<ClauseId> payment_order;      // each after those whose words it reads (rule 21)

  const Term &operator[](TermId id) const { return terms[id]; }
  const Type &type(TermId id) const { return types[terms[id].type]; }
  TotalId total_like(const Total &) const; // absent where it keeps none
  TermId add(Node node, const Type &type, Span span) { return terms.add({std::move(node), types.add(type), span}); }
  std::optional<Outcome> constant(TermId id) const {
    if (auto *c = std::get_if<Constant>(&terms[id].node)) return c->outcome;
    return std::nullopt;
  }
};

// One norm of one version of a clause: what a permission says, or one of what a license does (a grant for each asset, and where it
// is exclusive or sole a prohibition for each party it shuts out).
struct Norm {
  ClauseId clause;
  int version;
  std::int32_t from, through; // the version's own days
  Modal modal;
  PartyId party;
  ActionId action;
  std::vector<TermId> pattern; // absent: binds; of a license: empty, and `asset` says it
  AssetId asset;
  std::int32_t by = never;
};
std::vector<Norm> norms_of(const Model &);
const Version &version_of(const Model &, const Norm &);
// Same party and action, patterns that can both match, days that overlap (versions and constant terms).
bool can_meet(const Model &, const Norm &, const Norm &);
// a is stated to prevail over b, by either of the two.
bool prevails(const Model &, const Norm &a, const Norm &b);

// Of a payment: who pays by its latest version that says so (none, if none does), and the type of what its words hold.
struct Pays {
  PartyId payer;
  Type money;
};
Pays pays_of(const Model &, const Clause &);
// Who ever has a part of what a payment earns, in listed order; none of a payment that is never split.
std::vector<PartyId> payees_of(const Clause &);
// "P.earned", "P.earned(X)".
std::string word_name(const Model &, const ClauseTerm &);
// A payment of which only the type of its money and the payees of a split are known.
Version known_by_money(TermId amount, const std::vector<PartyId> &payees);
// The days that a version names.
std::vector<std::int32_t> days_of(const Version &);

// "money USD", "integer", "Cloud": as a message names it.
std::string describe(const Model &, const Type &);
// What the interface needs to know of a type.
ValueType value_type(const Model &, const Type &);

} // namespace deal::check
