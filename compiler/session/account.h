// What one payment came to, day by day: the amounts that make `accrued`, the day each is payable on, what was paid. Every balance is a sum of
// these, and its reasons are that sum.
#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace deal::session {

using Cents = std::int64_t; // minor units of the payment's currency

class Account {
public:
  struct Amount { // earned by an event; below zero where it was taken back
    std::int32_t on, economic;
    std::string what;
    Cents before_limits, given, earned; // given: to the cap in total, by the stages before it
    std::int32_t payable_on;
  };
  struct Dated {
    std::int32_t day;
    Cents amount;
  };

  // Without `lines` only what is not yet paid is kept: the tables of a portfolio.
  explicit Account(bool lines) : keeps_lines_(lines) {}

  void earn(Amount);
  void pay(std::int32_t on, Cents);
  void release(std::int32_t on, Cents taken); // what was accrued and not paid is dropped

  // The first day on which something was payable that is not paid, of the days before this one; and how much of it there is.
  std::optional<Dated> overdue(std::int32_t day) const;

  const std::vector<Amount> &amounts() const { return amounts_; }
  const std::vector<Dated> &payments() const { return payments_; }
  // By the day they are payable on, what was taken back taken off.
  const std::deque<Dated> &payable() const { return payable_; }

private:
  void add(std::int32_t day, Cents);
  void settle();

  bool keeps_lines_;
  std::vector<Amount> amounts_;
  std::vector<Dated> payments_;
  std::deque<Dated> payable_; // in the order of days
  Cents paid_ = 0;            // of what stands in payable_
};

// One of the figures that add up to a balance; the last one is the balance itself.
struct Summand {
  std::string what;
  Cents amount;
};
// What counts toward a cap in total: the amounts of a day and later, and of those before it together what was brought forward.
struct Counting {
  bool capped = true; // else nothing counts
  Cents counted = 0;
  std::int32_t since = INT32_MIN;
  Cents brought = 0;
};
// The sum that makes a word of a payment as of a day. `balance`: the figure itself, or the day. Empty where the amounts do not come to it.
std::vector<Summand> sum_of(const Account &, std::string_view word, std::int32_t day, Cents balance, const std::optional<Counting> &);

} // namespace deal::session
