// The independent oracle: evaluates the checked tree by the words of docs/reference/semantics.md, on rationals of any size, from
// the list of everything that happened. Of the compiler it takes the checked tree, its names and its types, and no rule: its arithmetic,
// its dates, its norms, its reading of amendments are its own. Where the evaluators keep
// cells, it keeps the ledger and sums anew.
#pragma once
#include "check/model.h"
#include "oracle/norms.h"
#include <functional>
#include <map>
#include <set>

namespace deal::oracle {

using namespace deal::check;

struct Key {
  FactId fact;
  std::vector<Value> keys;
  friend bool operator<(const Key &a, const Key &b) { return std::tie(a.fact, a.keys) < std::tie(b.fact, b.keys); }
};

class Instance {
public:
  explicit Instance(const Model &);

  void set(ParameterId parameter, std::optional<Value> value) { parameters_[parameter] = std::move(value); }
  void give(FactId fact, std::optional<std::vector<Value>> keys, std::optional<Value> value);
  void read(GroupId group, int choice) { readings_[group] = choice; }

  // Ticks up to the day of the row, then takes it. A refusal changes nothing; a failure halts.
  Status apply(const Happening &);
  // A question as of a day.
  Outcome ask(TermId, std::int32_t day);
  // As ask, of an action's question with values for its arguments.
  Outcome verdict(bool must, PartyId party, ActionId action, const std::vector<Value> &arguments, std::int32_t day);

private:
  struct Wait {
    std::int32_t day;
    Rational amount;
  };
  struct Part {
    Rational earned = 0, accrued = 0;
  };
  struct Payment {
    std::map<PartyId, Part> parts; // by payee
    Rational entitlement = 0, earned = 0, accrued = 0, paid = 0, deferred = 0;
    std::vector<std::pair<std::int32_t, Rational>> given; // what the stage before the cap in total gave, by economic date
    std::map<std::pair<Unit, std::int32_t>, Rational> periods, toward; // what the stage before a cap of each period, or a guarantee, gave
    std::vector<Wait> waits;
    std::optional<std::int32_t> payable_on;
    bool released = false, blocked = false;
    std::map<Unit, std::int32_t> reckoned; // the last period, or day, that a close of its own earned for
  };
  struct Reported {
    std::int32_t economic;
    EventId event;
    std::vector<Value> values;
  };
  struct Did {
    ActionId action;
    PartyId party;
    std::vector<Value> arguments;
    std::int32_t on;
  };
  struct State {
    std::int32_t now = always_from, begun = always_from;
    bool started = false;
    Status halt = Status::ok;
    std::vector<Reported> reported;
    std::map<EventId, std::int32_t> happened;
    std::vector<Did> did;
    PerId<ClauseTag, Payment> payments;
    PerId<StateTag, Outcome> states;
  };
  struct World {
    std::int32_t day = 0;
    const Reported *event = nullptr;
    std::size_t count = SIZE_MAX; // how many reports the totals see
    const std::vector<Outcome> *arguments = nullptr;
    bool step = false; // a reading that is not chosen fails
    std::optional<std::int32_t> through = std::nullopt; // at a close: the last day whose events the totals take
    std::optional<std::int32_t> window = std::nullopt;  // the day whose window they are of, where that is not `day`
  };
  // What an amount arises from: a step, or a close. `before`: as the world was before an event for a period that has closed.
  struct Occasion {
    World world;
    std::int32_t on;
    std::optional<World> before = std::nullopt;
    std::optional<Period> makes_up = std::nullopt; // a close that only makes up to the guarantee of this period
  };
  // A definition in a world.
  using Seen = std::tuple<DefinitionId, std::int32_t, const Reported *, std::size_t, bool, std::optional<std::int32_t>>;

  Outcome eval(TermId, const World &);
  Outcome rules(const Rules &, const World &);
  Outcome definition(DefinitionId, const World &);
  Outcome compute(DefinitionId, const World &);
  int version_of(DefinitionId, std::int32_t day) const; // -1: none yet
  Outcome parameter(ParameterId, std::int32_t day) const;
  Outcome input(const std::optional<Value> &, const Type &) const;
  Outcome total(const TotalRef &, const World &) const;
  Outcome parallel(bool conjunction, const std::vector<Outcome> &) const;
  Outcome guard(const Common &, const World &);
  bool in_term(const Clause &, const TermSpec &, std::int32_t day) const;
  const Version *version_at(const Clause &, std::int32_t day) const;
  Outcome clause_word(const ClauseTerm &, const World &);
  Outcome payment_word(const Clause &, const Payment &, const ClauseTerm &, const World &);
  Outcome question(bool must, PartyId party, ActionId action, const std::vector<Outcome> &arguments, const World &);
  Outcome effective(std::size_t norm, PartyId party, const std::vector<Outcome> &arguments, const World &, std::map<std::size_t, Outcome> &);
  bool performed(const Norm &, const std::vector<Outcome> &arguments) const;
  Outcome under_readings(const std::function<Outcome()> &);
  Outcome as_of(std::int32_t day, const std::function<Outcome()> &question);
  Status refused(const Happening &) const;
  Status step(const Happening &);

  // payments
  struct Fold {
    Rational a, f, k;
    std::optional<Rational> cap;
    Status failed = Status::ok;
  };
  Fold fold(const Clause &, const Payment &, std::int32_t through, const World &);
  std::optional<Rational> cap_at(const Clause &, std::int32_t day, const World &, Status &);
  std::optional<Outcome> amount(const Clause &, const World &, std::int32_t &dated); // none: outside the term, or guarded off
  bool takes_nothing_off(const Clause &, const PaymentVersion &, const World &earlier);
  Status pay(const Clause &, Payment &, const Occasion &);
  Status waived(const PaymentVersion &, const World &, Rational &given);
  Status guaranteed(const Clause &, Payment &, const Occasion &, World &, bool &applies, Rational &given);
  Outcome guarantee(const Clause &, Period, std::int32_t period, const World &, std::optional<std::int32_t> &last_covered);
  Status deferred(const PaymentVersion &, Payment &, const World &, Rational &given);
  Status split(const PaymentVersion &, Payment &, const World &); // what was earned
  bool covered(const Clause &, std::int32_t day) const;
  std::map<std::int32_t, bool> cuts(const Clause &) const; // true: the cap or its counting changes there
  int slots(const PayableRule &) const;
  // closes.cpp
  std::int32_t period_of(std::int32_t day, Period) const;
  std::int32_t first_day(std::int32_t period, Period) const;
  std::int32_t last_day(std::int32_t period, Period each) const { return first_day(period + 1, each) - 1; }
  std::vector<Period> closing(const Clause &) const;
  std::set<EventId> reads(const Clause &) const;
  std::int32_t first_period(const Clause &, Period) const;
  std::int32_t closed_through(const PaymentVersion &, Period, std::int32_t on) const;
  bool closed(const Clause &, std::int32_t economic, std::int32_t on) const;
  void release(ClauseId);
  void tick(std::int32_t through); // what time brings up to the beginning of a day
  struct Close {
    std::int32_t day;            // at whose end it happens
    std::optional<Period> each;  // absent: a day
    std::int32_t period;
  };
  std::optional<Close> next_close(ClauseId) const;
  Status close(ClauseId, const Close &);
  std::optional<Occasion> again(const Clause &, const Reported &, std::int32_t on) const;
  bool rests_on_missing(const std::vector<TermId> &) const;

  const Model &m_;
  std::vector<Norm> norms_;
  PerId<DefinitionTag, std::vector<std::vector<DefinitionId>>> needs_; // of each definition, of each version: the definitions that it names
  std::map<Seen, Outcome> known_;                    // while a definition is computed: what it rests on
  std::map<ParameterId, std::optional<Value>> parameters_;
  std::map<Key, std::optional<Value>> facts_;
  std::map<FactId, std::optional<Value>> general_;
  PerId<GroupTag, int> readings_; // -1: not chosen
  PerId<GroupTag, int> assumed_;
  std::set<GroupId> read_;
  State s_, first_;               // as it is, as it began
  std::vector<Happening> taken_;  // rows
  ClauseId paying_;             // the clause at hand in a step: it sees itself as before
  PerId<ClauseTag, Payment> before_; // as the step found them
};

} // namespace deal::oracle
