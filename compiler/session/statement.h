// The statement of a ledger as values: for each payment that a row concerns what the step saw, and what it left. No text but the notes.
#pragma once
#include "host/instance.h"
#include "session/account.h"
#include <set>

namespace deal::session {

// A cell is empty where it has no meaning (no cap, no rate), not known, or a value.
struct Figured {
  enum State : std::uint8_t { empty, not_known, known } state = empty;
  Rational value = 0;

  Figured() = default;
  Figured(Rational v) : state(known), value(std::move(v)) {}
  static Figured unknown() {
    Figured out;
    out.state = not_known;
    return out;
  }
  explicit operator bool() const { return state == known; }
};

struct StatementLine {
  enum What : std::uint8_t { event, close, payment, release } what = event;
  int clause = -1, subject = -1; // of an event: which
  std::int32_t on = 0, economic = 0;
  std::vector<std::pair<const interface::Slot *, host::Constant>> fields;
  struct Rate { // of one summand
    std::vector<Rational> shares; // they multiply each other
    Figured base;                 // what the innermost multiplied
  };
  std::vector<Rate> rates;
  bool rate_not_known = false;
  Figured before_limits, cut, earned, accrued, counted, cap, room, payable, payable_on, paid, owing;
  Figured paid_now;
  std::vector<std::string> notes;
  Status status = Status::ok;
};

// The accounts of one deal, by clause.
using Accounts = std::map<int, Account>;

class Statement {
public:
  explicit Statement(const interface::Interface &);

  // Applies a row, after the boundaries before it; each line that this brings is found. Where the row is refused: the boundaries' alone.
  Status apply(host::Instance &, const host::Row &, Accounts &, bool keep_amounts, std::vector<StatementLine> &found,
               std::vector<std::int64_t> &trace, std::vector<host::Ticked> *ticks = nullptr) const;
  // The boundaries through a day, at the end of a ledger.
  void through(host::Instance &, std::int32_t day, Accounts &, bool keep_amounts, std::vector<StatementLine> &found,
               std::vector<host::Ticked> *ticks = nullptr) const;

  const std::vector<int> &payments() const { return payments_; }
  // A word of a payment as of a day.
  Figured word(host::Instance &, int clause, std::string_view word, std::int32_t day) const;

  // The figures that add up to a word of a payment, from the amounts that were kept; empty where they do not.
  std::vector<Summand> sum(host::Instance &, const Accounts &, int clause, std::string_view word, std::int32_t day) const;

private:
  struct Step;
  std::optional<Counting> counting(host::Instance &, int clause, std::int32_t day) const;
  Account::Amount amount_of(const StatementLine &, const Step &) const;
  void booked(host::Instance &, const host::Ticked &, Accounts &, bool keep_amounts, std::vector<StatementLine> &found) const;
  void release(host::Instance &, StatementLine &, const Step &, std::int32_t day, Accounts &) const;
  bool close(host::Instance &, StatementLine &, const Step &, const interface::BoundaryInfo &, std::int32_t day, Accounts &, bool keep_amounts) const;
  void stages(StatementLine &, const Step &) const;
  void rates(StatementLine &, const Step &) const;
  std::vector<std::string> notes(const StatementLine &, const Step &) const;
  std::vector<std::string> held_back(const Step &) const;
  static std::string made_up(const Step &);
  std::vector<std::string> limits(const StatementLine &, const Step &) const;
  std::string parts(const Step &) const;
  std::string why_nothing(const StatementLine &, const Step &) const;
  static std::string why_it_comes_to_nothing(const StatementLine &, const ValueType &currency);
  void balances(host::Instance &, StatementLine &) const;

  const interface::Interface &i_;
  std::vector<int> payments_; // clauses
  bool earning_ = false;      // some boundary earns, or takes what was accrued
  std::set<int> capped_;      // in total
  std::set<int> reckoned_, closing_; // at closes; those, and those that a close makes up
  std::map<std::pair<int, std::string>, std::size_t> terms_; // of a payment's word
};

} // namespace deal::session
