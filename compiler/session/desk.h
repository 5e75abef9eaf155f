// A deal at hand that changes while it is asked: texts in, values out. It prints nothing and gives up nothing but the one answer that fails; a broken
// invariant of our own still ends the process (support/result.h).
#pragma once
#include "session/subject.h"

namespace deal::session {

// What is wrong with a text, and the texts that the places lead to.
struct Mistakes {
  std::vector<Diagnostic> all;
  std::shared_ptr<const Sources> texts;
};

// What became of a change: taken, or as it was before, and why.
struct Change {
  Mistakes mistakes;
  std::optional<Failure> failure; // not for what the text says: a row that is refused, no memory, a broken invariant
  std::optional<Status> refused;  // the row's status
  bool taken() const { return mistakes.all.empty() && !failure; }
};

struct Answer {
  Status status = Status::ok;
  Rational value = 0; // where the status is ok
  ValueType type;
  std::vector<Reason> reasons;
  std::vector<std::string> waits_for; // what would settle it, where it is not known
  Mistakes mistakes;                  // of the question: it has no answer then
  std::optional<Failure> failure;     // as of a change
  bool given() const { return mistakes.all.empty() && !failure; }
};

class Desk {
public:
  explicit Desk(Source file); // whatever it holds: what is broken in it, and what rests on that, cannot be asked
  explicit Desk(Subject);     // a library: its terms and names

  const Mistakes &mistakes() const { return mistakes_; }
  Subject &subject() { return s_; }

  // Declarations and clauses. One of a name that is there takes its place, or is refused by `add`.
  Change put(const std::string &items) { return bring(items, true); }
  Change add(const std::string &items) { return bring(items, false); }
  Change take_back(const std::string &name);

  // The ledger and what is given, in the words of a scenario; and from outside, for the whole ledger.
  Change step(const std::string &lines);
  Change take_back_step();
  Change set(const std::string &setting);
  Change read(const std::string &reading);
  std::size_t steps() const { return lines_.size(); }
  std::optional<std::int32_t> last_day() const; // of the ledger

  // As of a day, before the end of the ledger too. A question changes nothing.
  Answer ask(const std::string &question, std::int32_t day);
  // For who renders more of it: the question, and the deal as it stood on the day. Throws where there is no answer.
  struct Posed {
    Asked asked;
    host::Instance instance;
  };
  Posed pose(const std::string &question, std::int32_t day, bool explained);
  const LastSteps &last_steps() const { return last_; }

  std::size_t compiled() const { return s_.kept->compiled(); } // machine functions, twins with them
  std::size_t replayed() const { return replayed_; }           // rows that were applied again

private:
  struct Prepared {
    Asked asked;
    std::shared_ptr<Running> running;
  };
  void needs_file() const;
  Change bring(const std::string &items, bool replacing);
  Change changed(check::Program next, const Sink &read, const std::vector<Span> &fresh);
  void begin_ledger();
  void apply(const std::vector<check::Step> &);
  std::optional<check::Outcome> value_of(check::TermId, std::optional<std::int32_t> day);
  host::Instance standing(const Running &, std::int32_t day);
  void refit();
  Change retried(const Given &, const std::vector<std::string> &lines);
  Prepared &prepared(const std::string &question, bool explained);
  bool fits(const interface::Interface &) const;

  check::Program whole_; // as it was read
  Subject s_;            // what of it can be asked
  std::size_t errors_ = 0;
  Mistakes mistakes_;
  Given given_;
  std::vector<std::string> lines_; // with their values: a definition that changes changes no row
  std::shared_ptr<Running> ledger_code_;
  std::unique_ptr<host::Instance> ledger_;
  LastSteps last_;
  std::map<std::pair<std::string, bool>, Prepared> prepared_;
  std::size_t replayed_ = 0;
};

} // namespace deal::session
