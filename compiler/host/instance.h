// One instance of a compiled deal, driven through its C interface alone: parameters, facts, readings, state; a ledger in, answers out.
// It knows nothing of how the code was made: a shared library and code in this process answer alike.
#pragma once
#include "batch.h"
#include "interface/interface.h"
#include "support/result.h"
#include <functional>
#include <map>
#include <span>

namespace deal::host {

using interface::Constant;
using interface::Interface;

// The functions of an evaluator. Resolved once, shared by all instances.
class Code {
public:
  Code() = default;
  Code(const Interface &, const std::function<void *(const std::string &)> &symbol);
  using Term = std::int32_t (*)(const void *, const void *, const void *, const void *, const void *, std::int32_t, void *, void *);
  using Step = std::int32_t (*)(const void *, const void *, const void *, const void *, const void *, void *, void *);
  using Tick = std::int32_t (*)(const void *, const void *, const void *, const void *, void *, void *);
  using Next = std::int32_t (*)(const void *, const void *);
  using Init = std::int32_t (*)(const void *, std::int32_t, void *);
  using Batch = std::int64_t (*)(const deal_batch *, const deal_output *);
  std::vector<Term> terms, traced_terms, questions, traced_questions;
  std::vector<Step> steps, traced_steps;
  Tick tick = nullptr, traced_tick = nullptr;
  Next next = nullptr;
  Init init = nullptr;
  Batch batch = nullptr; // every term over columns
  std::string missing;   // the first function that is not there
};

// What a library of this interface cannot do without, by name.
std::vector<std::string> functions_of(const Interface &);

// One row of a ledger.
struct Row {
  interface::StepInfo::Kind kind = interface::StepInfo::reports;
  int subject = -1;
  std::int32_t on = 0, economic = 0;
  int party = -1;
  std::vector<Constant> values;
};

// What time brought before a row.
struct Ticked {
  std::int32_t day; // the first day on which it is over
  std::vector<std::int64_t> trace; // of the interface's tick
};

struct Answer {
  Status status = Status::ok;
  Rational value = 0;
  std::vector<std::int64_t> trace; // as interface/interface.h lays it out, where asked for
};

class Instance {
public:
  Instance(const Interface &, const Code &);

  void set(int parameter, const std::optional<Constant> &);
  void give(int fact, const std::optional<std::vector<Constant>> &keys, std::optional<Constant>);
  void choose(int group, int choice);

  // Ticks up to the row's day, then steps. Anything but ok leaves the ledger as it was.
  Status apply(const Row &, std::vector<std::int64_t> *trace = nullptr, std::vector<Ticked> *ticks = nullptr);
  // Ticks up to a day: the status of the last tick.
  Status advance(std::int32_t day, std::vector<Ticked> *ticks = nullptr);
  // The next boundary alone, if one comes up to the day: its status.
  std::optional<Status> advance_once(std::int32_t day, Ticked *);
  bool halted() const { return halted(state_); }
  // The same deal at the same moment under other code for it, which knows other questions: the state is laid out alike. Without its rows.
  Instance under(const Interface &, const Code &) const;
  // As it stood at the end of a day: what came later is not known to it.
  Instance as_of(std::int32_t day) const { return started_ && day < now_ ? replayed(day) : under(i_, code_); }
  std::size_t rows() const { return ledger_.size(); }
  std::int32_t now() const { return now_; }
  // A ledger of any length in constant memory: from here on no question may be about a day before the last row.
  void keep_no_rows() { keeps_rows_ = false; }
  // As of a day; a day before the last row is answered by replaying.
  Answer ask(std::size_t term, std::int32_t day, bool traced = false);
  Answer may(std::size_t question, int party, const std::vector<Constant> &arguments, std::int32_t day, bool traced = false);

  // The state as it begins on a day, under the parameters as they are set here.
  std::vector<std::uint8_t> fresh_state(std::int32_t day) const;

  // A call over columns in which nothing varies yet: all is as it was set and given here. Valid until something else is.
  deal_batch batch(std::int32_t day);
  // What a slot holds for a value; what is beyond it becomes the nearest, which is beyond every range too.
  std::int64_t word(const interface::Slot &, const Constant &);

  const Interface &interface() const { return i_; }
  bool given(int fact) const;
  bool given(int fact, const std::vector<Constant> &keys) const; // for exactly these
  // What a fact is known to be, or when an act first happened, for the arguments of a question.
  std::optional<Constant> known(const interface::Keyed &, const std::vector<Constant> &arguments) const;
  std::optional<int> chosen(int group) const; // of the readings
  bool disclosed(int parameter) const;

private:
  bool halted(const std::vector<std::uint8_t> &state) const;
  class Asking;
  void write(std::vector<std::uint8_t> &to, const interface::Slot &, const Constant &);
  void start(std::int32_t day);
  void fill_facts();
  std::optional<Constant> look_up(const interface::Keyed &, const std::vector<Constant> &keys) const;
  Instance replayed(std::int32_t day) const;

  const Interface &i_;
  const Code &code_;
  std::vector<std::uint8_t> parameters_, facts_, readings_, state_, next_, asked_; // asked_: of a call over columns
  std::map<std::pair<int, std::vector<Constant>>, std::optional<Constant>> keyed_;
  std::map<int, std::optional<Constant>> general_;
  struct Act {
    std::int32_t day;
    std::size_t row;
  };
  std::map<std::tuple<int, int, std::vector<Constant>>, Act> acts_; // action, party or -1, arguments → the first
  std::vector<std::optional<Constant>> set_;                        // parameters
  std::vector<std::string> texts_;
  std::vector<Row> ledger_;
  // The state after so many rows: an earlier day is found from the nearest. What is given anew holds for all rows: then the first is the nearest.
  struct Checkpoint {
    std::size_t rows;
    std::int32_t now;
    std::vector<std::uint8_t> state;
  };
  std::vector<Checkpoint> checkpoints_;
  bool steady_ = true; // nothing was given anew since the first row
  void unsettle();
  std::int32_t now_ = INT32_MIN;
  bool started_ = false, stale_ = true, keeps_rows_ = true;
};

} // namespace deal::host
