// The working state of lowering; the files are split by construct.
#pragma once
#include "check/cone.h"
#include "interface/names.h"
#include "ir/exact.h"
#include "lower/lower.h"
#include "lower/trace.h"
#include "support/result.h"
#include <functional>
#include <memory>
#include <set>

namespace deal::lower {

using namespace check;
using interface::Constant; // the model has the same names for what these are made of
using interface::Contract;
using interface::Titled;
using ir::Builder;
using ir::ValueId;

inline constexpr std::int32_t no_day = INT32_MAX;
inline const Interval counts{-Integer(999999999999999999), 999999999999999999}; // of rows, of events

// A result: a status, and where that is 0 a value: a boolean, a number, or a number over a run-time denominator (d > 0).
struct Res {
  ValueId status, v, d;
};

class Body;
class Closing;
class PaymentStage;

// A payment: what others read of it, and its stages in order (clauses/payment/).
struct Payment {
  Type money;
  const PaymentVersion *shape = nullptr; // its first version
  std::set<ParameterId> parameters;      // that its cells rest on
  std::size_t earned = 0, accrued = 0, paid = 0;
  std::optional<std::size_t> released, reckoned; // reckoned: the last day of an `on DATE` that has come
  std::int32_t release_day = no_day;
  std::vector<std::unique_ptr<Closing>> closings; // the shorter period first
  std::set<EventId> reads;                        // whose events a closed period refuses
  std::vector<std::unique_ptr<PaymentStage>> stages;
};

// A running total: the sum and the number of events that it has seen, since the start or by period. A period's place is its index modulo the
// number of places; what stands there for another one is over.
struct TotalCells {
  struct Counted {
    std::size_t sum, events;
  };
  struct OfPeriod : Counted {
    std::size_t period;
  };
  Counted all;
  std::vector<OfPeriod> periods;
};

// What time brings without an event, registered by the clause that it changes.
struct Boundary {
  std::function<ValueId(Body &)> day;                  // the first day on which it is over; no_day where there is none
  std::function<void(Body &, ValueId mine)> becomes;   // what its cells become where it is this one that happens
};

// A product with a percent, in the amount of a payment.
struct Rate {
  int chain;       // those with one number multiply each other
  bool money_left; // the percent stands on the right
  bool innermost;  // it multiplies what is no product with a percent
  Span span;
};

// A definition that is computed once for a question and read by many (shared.cpp): its place, and what its function found out.
struct Shared {
  std::uint32_t place = 0;
  Interval status, value; // of the value's numerator
  Integer den = 1;
  std::set<GroupId> groups;
  std::set<ParameterId> parameters;
  std::set<std::size_t> facts;
  bool dated = false, stateful = false;
};

// What all functions of a deal share: slots, texts, cells.
class Program {
public:
  Program(const Model &, Module &, const Request &);
  void run();

  const Model &m;
  Module &out;
  const Request &request;
  std::vector<Norm> norms;
  std::vector<std::vector<std::size_t>> beaten_by;   // by norm: the norms that prevail over it and can meet it
  PerId<ClauseTag, std::optional<Payment>> payments;
  std::vector<Boundary> boundaries;                  // beside the interface's
  PerId<TotalTag, TotalCells> totals;
  PerId<StateTag, std::size_t> states;
  PerId<StateTag, std::set<ParameterId>> state_parameters; // that a state rests on
  std::map<EventId, std::size_t> happened;                 // cells
  // By definition. `within_steps`: it reads what a step is about to change. `reads`: the definitions that it names; `depth`: how many may be
  // made within each other where they are inline.
  PerId<DefinitionTag, std::optional<Shared>> shared;
  PerId<DefinitionTag, bool> within_steps;
  PerId<DefinitionTag, std::vector<DefinitionId>> reads;
  PerId<DefinitionTag, int> depth, position; // position: in the model's order
  std::size_t now_cell = 0, seq_cell = 0, halt_cell = 0, layout_cell = 0;

  bool is_followed(DefinitionId) const; // into it, by what looks through the terms of an amount
  std::size_t fact_slot(Keyed);
  int text(const std::string &);
  std::string quote(Span) const; // as it is written, on one line, without its comments
  std::uint32_t row_of(Span) const;
  std::size_t add_cell(const std::string &name, const ValueType &);
  void add_total(TotalId);
  std::size_t add_part(const std::string &clause, Word, PartyId payee, const ValueType &);
  void boundary(const BoundaryInfo &, Boundary);
  const Slot &cell(std::size_t index) const { return out.interface.state_layout.slots[index]; }

private:
  void declare();
  void cells();
  void begin_with(const Clause &, std::size_t first_cell);
  void add_payment(ClauseId);
  void add_day(ClauseId, Payment &);
  void event_structs();
  void weigh_definitions();
  void share_definitions(const std::set<DefinitionId> &asked);
  std::set<DefinitionId> asked_definitions() const;
  void definition_function(DefinitionId);
  template <class F> void twins(const std::string &symbol, ir::Shape, std::vector<Site> &, F make);
  void term_functions();
  ValueType type_of_word(const WordRow &, ClauseId) const;
  void extra_function(TermId, std::size_t index);
  void question_function(ActionId);
  void step_function(StepInfo &);
  void run_function(const StepInfo &);
  void next_function();
  void tick_function();
  void init_function();
  void defaults_function();
};

std::size_t add_slot(Layout &, Region, const std::string &name, const ValueType &, bool known);
void close_layout(Layout &);
std::string keyed_name(const std::string &name, std::size_t index); // of what is looked up, the index-th slot
ValueType of(ValueType::Base);

struct Argument {
  Res value;
  std::optional<Constant> constant;
  int index = -1;
};

// Where a term is evaluated.
struct Env {
  ValueId today;                     // absent where versions are fixed
  std::optional<std::int32_t> fixed; // one version for all that is read
  EventId event;                     // the event at hand
  bool before = false;               // totals as before it
  bool step = false;                 // a reading that is not chosen fails
  ClauseId paying;                   // the payment at hand in a step: it sees itself as before, the others as after
  const std::vector<Argument> *arguments = nullptr;
  ActionId action; // whose arguments they are
  QuestionInfo *question = nullptr;
  struct Close { // of a period: totals take what came for the days through its last, or through that of the one before
    Period each;
    ValueId period;
    bool before = false;
  };
  std::optional<Close> close;
  friend bool operator<(const Env &a, const Env &b) {
    auto key = [](const Env &e) {
      auto closes = e.close ? std::tuple(true, e.close->period.index, e.close->before) : std::tuple(false, 0u, false);
      return std::tuple(e.today.index, e.fixed, e.event, e.before, e.step, e.paying, e.arguments, closes);
    };
    return key(a) < key(b);
  }
};

// One function being made.
class Body {
public:
  Body(Program &program, std::string symbol, ir::Shape shape, std::vector<Site> *sites = nullptr);

  Program &p;
  const Model &m;
  ir::Function function;
  Builder b;
  bool dated = false, stateful = false;
  std::set<GroupId> read_groups;
  std::set<ParameterId> read_parameters;
  std::set<std::size_t> read_facts;
  PerId<GroupTag, int> assumed; // in a question
  DefinitionId makes;           // the definition that this function is for: made here, and read nowhere else
  std::set<std::uint32_t> reads; // of a definition's function: places of what it reads
  void finish();

  // The reasons, where the function is a traced twin: slots, then for each 32 of them a word of bits that says which were evaluated.
  std::vector<Site> *sites = nullptr;
  std::optional<Trace> trace;
  bool explains = false; // something was noted, or would be
  std::vector<Trace::Noted> noted;
  template <class F> auto within(ValueId condition, F make) { return trace ? trace->within(condition, make) : make(); }
  Place noted_at; // of what is noted now
  template <class F> auto at(Place there, F make) {
    auto outer = std::exchange(noted_at, there);
    auto made = make();
    noted_at = outer;
    return made;
  }
  void note(Site, const Res &);
  ValueId said(const Res &);
  // What is read at the place at hand.
  Site read(Site::Kind kind, const std::string &name, const ValueType &type, int index = -1) const {
    return {.kind = kind, .name = name, .type = type, .place = noted_at, .index = index};
  }
  template <class Tag> Site read(Site::Kind kind, const std::string &name, const ValueType &type, Id<Tag> id) const {
    return read(kind, name, type, id.number());
  }
  // Whether a line holds, and what is read for it.
  Res line(Place, Span condition, const std::function<Res()> &make);

  // results.cpp
  ValueId status(Status s) { return b.number(static_cast<int>(s)); }
  ValueId is_ok(ValueId s) { return b.equal(s, b.number(0)); }
  ValueId join(ValueId s, ValueId t) { return b.max(s, t); }
  ValueId guard_join(const std::vector<ValueId> &);
  Res failed(Status, const Type &);
  Res truth(ValueId v) { return {status(Status::ok), v, {}}; }
  Res number(ValueId v) { return {status(Status::ok), v, {}}; }
  Res constant(const Outcome &, const Type &);
  Res negated(const Res &r) { return {r.status, b.negation(r.v), {}}; }
  Res select(ValueId c, Res x, Res y);
  Res parallel(bool conjunction, const std::vector<Res> &);
  // The same, made here: of the reasons only those of the parts that decide.
  Res together(bool conjunction, const std::vector<std::function<Res()>> &);
  ValueId holds(const Res &r) { return b.both(is_ok(r.status), r.v); }
  Res store(const Res &, const Type &, std::optional<Rounding>);
  Res stored_money(const Res &, const PaymentVersion &, const Type &);
  Res money_fit(ValueId, const Type &); // overflow beyond the type
  Res arithmetic(BinaryOp, const Res &, const Res &);
  ValueId less(const Res &, const Res &);
  ValueId equal(const Res &, const Res &);
  Res under_readings(const std::function<Res()> &);

  // terms.cpp
  Res eval(TermId, const Env &);
  Res rules(const Rules &, const Definition &, const Env &);
  struct Made {
    Res value;
    std::size_t frame;
  };
  const Made &made(DefinitionId, const Env &);
  Res definition(DefinitionId, const Env &);
  void note_definition(DefinitionId, const Res &);
  bool recalls(DefinitionId, const Env &) const; // from a frame, rather than made here
  Res recalled(DefinitionId, const Env &);
  ValueId frame_for(const Shared &, const Env &); // absent: the function's own
  void make_below(DefinitionId, const Env &);
  Res parameter(ParameterId, const Env &);
  Res input(const Slot &, const Type &);
  Res fact(const FactRef &, const Env &);
  Res occurred(ActionId, PartyId, const std::vector<Argument> &, const Env &);
  Argument argument(TermId, const Env &);
  Res total(const TotalRef &, const Env &);
  struct Counted {
    ValueId sum, events;
  };
  Counted counted(TotalId, const Env &);
  Res reading(const ReadingChoice &, const Env &);
  template <class V, class F> Res by_version(const std::vector<V> &, const Env &, const Res &none, F);
  ValueId today(const Env &);
  ValueId load(std::size_t cell);
  ValueId load(const Slot &);
  Res cell_value(std::size_t cell);                // halted: the halt
  ValueId since(std::int32_t day, const Env &env); // today is on or after it

  // clauses/
  Res in_term(const Clause &, const TermSpec &, const Env &);
  ValueId term_first(const Clause &, const TermSpec &);
  ValueId term_last(const TermSpec &);
  ValueId happened_first(EventId);
  Res guard(const Common &, const Env &, ClauseId noted_for = {});
  // What must hold for a version of a clause: its term, its guard.
  std::vector<std::function<Res()>> conditions(ClauseId, const Version &, const Env &);
  Res clause_word(const ClauseTerm &, const Env &);
  Res license_word(ClauseId, Word, const Env &);
  Res question(bool must, ValueId party, ActionId, const std::vector<Argument> &, const Env &);
  using Norms = std::map<std::size_t, Made>;
  Res effective(std::size_t norm, ValueId party, const std::vector<Argument> &, const Env &, Norms &);
  Res payment_word(const ClauseTerm &, const Env &);
  void pay(ClauseId, const Env &, ValueId on, ValueId when);
  void close(ClauseId, const Closing &, ValueId period, ValueId mine);
  void reckon_again(ClauseId, const Env &, ValueId on); // an event for a period that has closed
  ValueId blocked(const std::set<ParameterId> &parameters);
  void stage(ClauseId, Stage, Figure, const ValueType &, const Res &, Span = {});
  void condition(ClauseId, Stage, const Res &, Span);
  void standing(ClauseId, const Payment &);
  void rate(ClauseId, TermId amount);
  void note_rate(const Rate &, const Res &, const Res &);
  ValueId counted_by(Period, ir::Call civil, ir::Call contract, ValueId);
  ValueId period(ValueId day, Period);
  std::vector<ValueId> places(ValueId period, int count); // which of the places is the period's: its index modulo their number
  ValueId period_first(ValueId period, Period);
  ValueId period_last(ValueId period, Period);
  ValueId next_boundary(const std::vector<ValueId> &days);
  std::vector<ValueId> boundary_days();

  // steps: what each cell becomes
  std::map<std::size_t, ValueId> becomes;
  ValueId failure, refusal; // joined statuses of the step
  void fail_with(ValueId s) { failure = join(failure, s); }
  // Of several that a function holds, at most one is what happens.
  void becomes_where(ValueId condition, std::size_t cell, ValueId next) {
    auto [at, fresh] = becomes.try_emplace(cell, ValueId{});
    at->second = b.select(condition, next, fresh ? load(cell) : at->second);
  }
  // steps.cpp
  struct Incoming {
    ValueId on, day, economic; // as given; `day` and `economic` cut to the calendar
    std::vector<Type> types;   // of what follows `on`, `for` in the event's struct
  };
  Incoming incoming(const StepInfo &);
  ValueId refused(const StepInfo &, const Incoming &);
  void first_happened(const StepInfo &, const Incoming &);
  void count_totals(const StepInfo &, const Incoming &);
  void update_states(const StepInfo &, const Env &);
  ValueId step(const StepInfo &); // what each cell becomes; the refusal
  void commit(ValueId refused);

  std::map<TermId, Rate> rates_; // of the amount at hand
  ClauseId rated;                // the payment whose amount it is
  std::map<std::pair<DefinitionId, Env>, Made> definitions_; // made already, under the readings assumed
  std::map<std::pair<std::uint32_t, std::vector<std::uint8_t>>, ValueId> sheets_; // by day and readings
};

// A function and its traced twin, which also says why. What has no reasons to give is its own twin.
template <class F> void Program::twins(const std::string &symbol, ir::Shape shape, std::vector<Site> &sites, F make) {
  bool reasons = false;
  for (bool traced : {false, true}) {
    if (traced && !reasons) return out.aliases.emplace(symbol, symbol + "_traced"), void();
    Body body(*this, symbol + (traced ? "_traced" : ""), shape, traced ? &sites : nullptr);
    make(body);
    reasons = body.explains;
    body.finish();
  }
}

Interval limits(const Type &);

template <class V, class F> Res Body::by_version(const std::vector<V> &versions, const Env &env, const Res &none, F make) {
  if (env.fixed) {
    const V *at = nullptr;
    for (auto &v : versions)
      if (v.from <= *env.fixed) at = &v;
    return at ? make(*at) : none;
  }
  Res out = none;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    auto from = since(versions[i].from, env);
    auto here = i + 1 < versions.size() ? b.both(from, b.negation(since(versions[i + 1].from, env))) : from;
    out = select(from, within(here, [&] { return make(versions[i]); }), out);
  }
  return out;
}

} // namespace deal::lower
