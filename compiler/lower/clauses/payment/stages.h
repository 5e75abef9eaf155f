// A payment as it is lowered: a list of stages in the order of semantics.md rule 6, one file each. A stage keeps cells of its own, registers what
// time brings to it, and says what a step does with the amount that the stage before it gave. payment.cpp alone knows which stages there are;
// everything else walks the list. Cells that several clauses share are the program's, and their stages find them there.
#pragma once
#include "lower/lowering.h"

namespace deal::lower {

// An amount on its way through the stages, in one step.
struct Passing {
  Body &body;
  ClauseId index; // of the clause
  const Clause &clause;
  const Payment &payment;
  Env env;         // `today`: the day that the amount is dated
  ValueId on;      // the day of the step
  ValueId runs;    // no parameter that the payment rests on is missing
  ValueId stands;  // nothing was released
  ValueId applies; // so it is, and term and guard hold
  ValueId amount;  // what the stage before gave
  ValueId was;     // of a period that is reckoned again: what it came to before the event; else 0
  ValueId failure; // joined statuses

  bool again() const { return env.close && env.event; } // an event for a period that has closed
  // As it stood before that event, without a word of it.
  template <class Make> void before(Make make) {
    env.before = true;
    body.within(body.b.truth(false), [&] { return make(), 0; });
    env.before = false;
  }
  // What a cell becomes, unless the payment stands still.
  void keep(std::size_t cell, ValueId next) { body.becomes_where(runs, cell, next); }
  ValueId checked(const Res &r) {
    failure = body.join(failure, r.status);
    return r.v;
  }
  // A status that counts only where the payment applies.
  void needs(ValueId status) { failure = body.join(failure, body.b.select(applies, status, body.status(Status::ok))); }
  void figure(Stage, Figure, ValueId amount_of_money, Span = {});
};

// A question about a payment: in a step its own cells as before it, those of others as after it (rule 21).
struct Asking {
  Body &body;
  ClauseId index;
  const Clause &clause;
  const Payment &payment;
  const Env &env;
  ValueId cell(std::size_t) const;
};

class PaymentStage {
public:
  virtual ~PaymentStage() = default;
  virtual void pass(Passing &) const = 0;
  virtual std::optional<Res> word(const Asking &, Word) const { return std::nullopt; }                    // of the words that are its own
  virtual std::optional<Res> part(const Asking &, Word, PartyId) const { return std::nullopt; } // of a payee
  virtual void start(Body &, ValueId, std::map<std::size_t, ValueId> &) const {}                          // first values, from a day on; else 0
  virtual bool makes_up(Period) const { return false; }                                                   // at the close of a period
  virtual ValueId released(Body &body, ValueId) const { return body.b.number(0); }                        // drops what waits, where it holds; how much
};

// Each makes its stage with its cells, where the clause has it.
void add_share(Program &, ClauseId index, Payment &);
void add_waived(Program &, ClauseId index, Payment &);
void add_reckoned_again(Program &, ClauseId index, Payment &); // the difference to what it came to
void add_deferred(Program &, ClauseId index, Payment &);
void add_cap_each_event(Program &, ClauseId index, Payment &);
void add_guarantees(Program &, ClauseId index, Payment &);       // one for each PERIOD
void add_caps_each_period(Program &, ClauseId index, Payment &); // one for each PERIOD
void add_cap_in_total(Program &, ClauseId index, Payment &);
void add_account(Program &, ClauseId index, Payment &);
void add_split(Program &, ClauseId index, Payment &);
void add_payable(Program &, ClauseId index, Payment &);

} // namespace deal::lower
