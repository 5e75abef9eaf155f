// The tree of a `.deal` file, as written. Immutable after parsing; what the checker learns lives elsewhere (check/model.h).
#pragma once
#include "language/clauses.h"
#include "language/words.h"
#include "support/exact.h"
#include "support/id.h"
#include "support/source.h"
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace deal::syntax {

using ExprId = Id<struct ExprTag>;

struct Name {
  std::string text;
  Span span;
};
struct Text { // a quoted text, unescaped
  std::string value;
  Span span;
};
struct Date {
  std::int32_t day = 0; // days since 1970-01-01
  Span span;
};
struct Badge { // none: agreed
  enum Kind : std::uint8_t { according, inferred, assumed } kind = assumed;
  std::string source;
  Span span;
};

// What cannot be read, and was reported. The names that it would have declared are known, so that nobody misses them.
struct Broken {
  std::vector<Name> names;
};

// ---- expressions ----
struct Beyond {
  std::string what;
};                 // what the core does not compile yet
struct NumberLit { // 5 · 5 USD · 5 days
  Rational value;
  std::optional<Name> currency;
  std::optional<Unit> unit;
};
struct PercentLit {
  Rational value;
}; // 20% is one fifth
struct DateLit {
  std::int32_t day;
};
struct TextLit {
  std::string value;
};
struct BoolLit {
  bool value;
};
struct UnknownLit {};
struct TodayLit {};
struct Unary {
  UnaryOp op;
  ExprId operand;
};
struct Binary {
  BinaryOp op;
  ExprId left, right;
  Span op_span;
};
struct If {
  ExprId condition, then, otherwise;
};
struct Case { // case subject { when A, B: e … }
  struct Arm {
    std::vector<Name> names;
    ExprId body;
  };
  ExprId subject;
  std::vector<Arm> arms;
};
struct Is { // subject is [not] …
  enum Kind : std::uint8_t { known, given, in_year, in_list, status, value } kind = value;
  bool negated = false;
  ExprId subject;
  ExprId operand;             // in_list, value
  int year = 0;               // in_year
  Status wanted = Status::ok; // status
};
struct Bounds {
  ExprId subject, low, high;
}; // subject but not below low nor above high
struct Bands { // by slices of X { … } · by level of X applied to Y { … }
  struct Band {
    enum Kind : std::uint8_t { through, below, above, at_or_above, points } kind; // points: from low through bound: value to `to`
    ExprId bound, value;
    ExprId low, to; // of points
    Span span;
  };
  bool slices;
  ExprId of, applied; // applied: of a level, and may be absent
  std::vector<Band> bands;
};
struct Power {
  ExprId base, exponent;
};
struct Rounded {
  ExprId subject;
  Rounding mode;
  int places;
};
struct WholeIn {
  Unit unit;
  ExprId span;
}; // whole days in d
struct WholeBetween {
  Unit unit;
  ExprId from, to;
}; // whole months from D to E
struct DayCounted { // years from D to E ACT/360 · days counted from D to E 30/360 · days from D to E ACT/360, as years
  enum Kind : std::uint8_t { years, days, old_years } kind = years;
  ExprId from, to;
  DayCount convention;
};
struct Total { // total E.f so far
  enum Window : std::uint8_t { unsaid, so_far, before_this_event, since, this_period } window = unsaid;
  ExprId over;
  std::int32_t since_day = 0;
  Period period;
};
struct Deed { // offer("GPT", AWS) · use(models)
  Name action;
  std::vector<ExprId> arguments;
};
struct Question {
  bool must;
  Name party;
  Deed deed;
};
struct Ref { // head(args) · head.member
  Name head;
  std::optional<Name> member;
  std::optional<std::vector<ExprId>> arguments; // of the head, or of the member where there is one
};
using ExprNode = std::variant<Broken, Beyond, NumberLit, PercentLit, DateLit, TextLit, BoolLit, UnknownLit, TodayLit, Unary, Binary, If, Case, Is,
                              Bounds, Bands, Power, Rounded, WholeIn, WholeBetween, DayCounted, Total, Question, Ref>;
struct Expr {
  ExprNode node;
  Span span;
  bool bracketed = false;
};

// Readings of one place; the same name varies together in the whole file.
struct Reading {
  Name name;
  std::string title;
  ExprId body;
};
// One expression, or readings of it.
struct Alternatives {
  ExprId single;
  std::vector<Reading> readings;
  Span span;
};

// ---- types ----
struct Type {
  enum Base : std::uint8_t { boolean, integer, number, ratio, decimal, percent, money, date, instant, duration, months, text, list, named };
  Base base = named;
  bool optional = false;
  std::optional<int> digits;
  std::optional<Name> name; // a currency or a kind
  std::vector<Type> of;     // of a list: one
  ExprId low, high;         // from low through high
  Span span;
};
struct Field {
  Name name;
  Type type;
};

// ---- clause lines ----
struct Scope {
  enum Kind : std::uint8_t { total, event, period, rolling } kind = total;
  Period each;
};
struct WhenLine {
  Alternatives condition;
};
struct UnlessLine {
  Alternatives condition;
};
struct Ending {
  enum Kind : std::uint8_t { through, until_date, until_event, lasting } kind;
  Date date;
  Name event;
  int count = 0;
  Unit unit = Unit::day;
  Span span;
};
struct TermLine {
  std::optional<Date> start;
  std::optional<Name> start_event;
  std::vector<Ending> endings;
  enum Which : std::uint8_t { unsaid, first, last } which = unsaid;
};
struct SubjectLine {
  std::vector<Name> names;
};
struct NotwithstandingLine {
  std::vector<Name> names;
};
struct TextLine {
  std::string text, source;
};
struct ExclusiveLine {
  enum Kind : std::uint8_t { non_exclusive, sole, exclusive } kind;
};
struct ExcludesLine {
  std::vector<Name> names;
};
struct OnLine {
  std::optional<Date> date;
  Name event;
};
struct EachLine { // reckoned at the close of each period
  Period each;
};
struct CappedLine {
  ExprId amount;
  Scope scope;
};
// A guarantee. `part`: what holds of a period that is covered in part.
enum class OfPart : std::uint8_t { in_proportion, in_full };
struct AtLeastLine {
  ExprId amount;
  Scope scope;
  std::optional<OfPart> part;
};
struct CountingLine {
  std::optional<Date> from;
}; // none: counting all
struct PartLine {
  enum Kind : std::uint8_t { by_last_day, in_proportion, not_counted } kind;
};
struct WaivedLine {
  ExprId condition;
};
struct DeferredLine {
  ExprId condition;
};
struct CarriesLine {};
struct RoundLine {
  Rounding mode;
  std::optional<int> places;
};
struct PayableLine {
  bool at_once = false;
  int count = 0;
  Unit unit = Unit::day;
  bool business = false;
  std::optional<Period> after;
};
struct RestatableLine {
  int count;
  Unit unit;
};
struct ClosesLine {
  int count;
  Unit unit;
  Period after;
};
struct BeyondLine {
  std::string what;
  std::vector<Name> names; // of the clauses in it
};
using Provision =
    std::variant<Broken, WhenLine, UnlessLine, TermLine, SubjectLine, NotwithstandingLine, TextLine, ExclusiveLine, ExcludesLine, OnLine, EachLine, CappedLine, AtLeastLine,
                 CountingLine, PartLine, WaivedLine, DeferredLine, CarriesLine, RoundLine, PayableLine, RestatableLine, ClosesLine, BeyondLine>;
struct Line {
  Provision node;
  std::string lead; // the first word: what `change` replaces and `drop` names
  std::optional<Badge> badge;
  Span span;
};

// ---- clauses ----
// A grants B a license to x · A reserves x for B (which shuts the others out and grants nothing)
struct GrantSentence {
  Name licensor, licensee;
  std::vector<Name> assets;
  bool grants = true;
};
struct Portion { // p to X · the rest to X
  ExprId share; // absent: the rest
  Name payee;
  Span span;
};
struct PaySentence {
  Name payer, payee;
  Alternatives amount;
  std::vector<Portion> portions; // of a split, which has no other payee
};
struct DutySentence {
  Modal modal;
  Name party;
  Deed deed;
  std::optional<Date> by;
};
struct BeyondSentence {
  std::string what;
};
using Sentence = std::variant<Broken, GrantSentence, PaySentence, DutySentence, BeyondSentence>;
struct Clause {
  ClauseKind kind;
  Name name;
  std::string title;
  Sentence sentence;
  Span sentence_span;
  std::optional<Badge> badge;
  std::vector<Line> lines;
};

// ---- declarations ----
struct Title {
  Name name;
  std::string title;
};
struct CurrencyItem {
  Name name;
};
struct RoundItem {
  Rounding mode;
};
struct MonthEndItem {
  bool up;
};
struct ContractYearItem {
  Date from;
};
struct PartyItem {
  std::vector<Title> parties;
};
struct AssetItem {
  std::vector<Name> names;
};
struct NoteItem {
  std::string text;
};
struct KindItem {
  Name name;
  std::vector<Title> alternatives;
};
struct ParameterItem {
  Name name;
  Type type;
  ExprId value;
  std::optional<Badge> badge;
  std::string title;
};
struct FactItem {
  Name name;
  std::vector<Field> keys;
  Type type;
  std::string title;
  std::optional<Name> decider;
  bool decider_not_stated = false;
};
struct EventItem {
  Name name;
  std::optional<Name> reporter;
  std::optional<Period> each;
  std::optional<Name> alias;
  std::string title;
  std::vector<Field> fields;
};
struct ActionItem {
  Name name;
  std::vector<Field> fields;
  std::optional<Name> by, as;
  std::string title;
};
struct Exception {
  std::optional<Name> name;
  ExprId condition, body;
  Span span;
};
struct Prefer {
  Name winner, loser;
};
struct Value { // = e · { base exceptions } · { readings }
  ExprId base;
  std::vector<Exception> exceptions;
  std::vector<Prefer> prefers;
  std::vector<Reading> readings;
  bool broken = false; // a part of it cannot be read
};
struct DefineItem {
  Name name;
  std::vector<Field> parameters;
  Type type;
  Value value;
};
struct Update {
  Name event;
  ExprId condition, body;
};
struct StateItem {
  Name name;
  Type type;
  ExprId initial;
  std::vector<Update> updates;
  bool each_period = false;
  bool broken = false; // an update cannot be read
};
struct RequireItem {
  ExprId condition;
  std::string title;
};
struct BeyondItem {
  std::string what;
  std::vector<Name> names;
};
struct BrokenItem : Broken {
  std::string lead; // its first word
};

// ---- versions, tests, proofs ----
struct Amendment;
struct Scenario;
struct Always {
  Text title;
  ExprId claim, when;
  std::vector<Name> independent_of;
  std::optional<Date> from;
  std::optional<Badge> badge;
};
using ItemNode = std::variant<BrokenItem, CurrencyItem, RoundItem, MonthEndItem, ContractYearItem, PartyItem, AssetItem, NoteItem, KindItem, ParameterItem, FactItem,
                              EventItem, ActionItem, DefineItem, StateItem, RequireItem, BeyondItem, Clause, Amendment, Scenario, Always>;
struct Item;

struct Revision {
  std::variant<Broken, Line, std::string /* drop: the leading word */, Sentence> node;
  Span span;
  std::string scope;
};
struct ChangeClause {
  Name name;
  std::vector<Revision> revisions;
};
struct EndClauses {
  std::vector<Name> names;
  enum Accrued : std::uint8_t { unsaid, stays, released } accrued = unsaid;
};
struct AddItem {
  std::vector<Item> item;
}; // one
struct SetParameter {
  Name name;
  ExprId value;
  std::optional<Badge> badge;
};
struct RestartTotals {
  std::vector<Name> names;
};
struct ReplaceDefinition {
  Name name;
  Value value;
};
struct BeyondChange {
  std::string what;
};
using ChangeNode = std::variant<Broken, ChangeClause, EndClauses, AddItem, SetParameter, RestartTotals, ReplaceDefinition, BeyondChange>;
struct Change {
  ChangeNode node;
  Span span;
};
struct Amendment {
  Name name;
  std::string title;
  Date effective;
  std::vector<TextLine> texts;
  std::vector<Change> changes;
};

struct WithStep {
  Name name;
  ExprId value;
};
struct GivenStep {
  Ref fact;
  ExprId value;
};
struct ReadingStep {
  Name name;
};
struct Argument {
  Name name;
  ExprId value;
};
struct OnStep { // on D party reports E {…} for D
  Date on;
  Name subject; // the party, or the event that happens
  enum Kind : std::uint8_t { happens, reports, does, pays } kind = happens;
  Name object;                     // the event or the payment
  std::vector<Argument> arguments; // of a report; a single amount has no name
  Deed deed;
  ExprId amount;
  std::optional<Date> economic;
};
struct AsOfStep {
  Date day;
};
struct ExpectStep {
  bool rejected = false;
  std::string reason; // of the rejection, where stated
  ExprId claim;
};
struct BeyondStep {
  std::string what;
};
struct Step {
  std::variant<Broken, WithStep, GivenStep, ReadingStep, OnStep, AsOfStep, ExpectStep, BeyondStep> node;
  Span span;
};
struct Scenario {
  Text title;
  std::vector<Step> steps;
};

struct Item {
  ItemNode node;
  Span span;
};

struct Header {
  Name name;
  std::string title;
  std::optional<Date> effective;
  std::optional<Badge> badge;
  bool parameters = false;
};

struct Tree {
  Store<ExprTag, Expr> exprs;
  Header header;
  std::vector<Item> items;
};

} // namespace deal::syntax
