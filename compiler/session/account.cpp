#include "session/account.h"
#include "support/date.h"
#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace deal::session {

void Account::add(std::int32_t day, Cents amount) {
  auto at = std::lower_bound(payable_.begin(), payable_.end(), day, [](const Dated &x, std::int32_t d) { return x.day < d; });
  if (at == payable_.end() || at->day != day) at = payable_.insert(at, {day, 0});
  at->amount += amount;
  if (at->amount == 0) payable_.erase(at);
}

// Semantics, rule 12: what is taken back reduces what waits, the latest first; the rest at once.
void Account::earn(Amount a) {
  auto rest = a.earned;
  for (auto at = payable_.rbegin(); rest < 0 && at != payable_.rend() && at->day > a.on; ++at) {
    auto part = std::max(Cents(0), std::min(at->amount, -rest));
    at->amount -= part;
    rest += part;
  }
  std::erase_if(payable_, [](const Dated &x) { return x.amount == 0; });
  if (rest != 0) add(rest < 0 ? a.on : a.payable_on, rest);
  if (keeps_lines_) amounts_.push_back(std::move(a));
}

void Account::pay(std::int32_t on, Cents amount) {
  paid_ += amount;
  if (keeps_lines_) payments_.push_back({on, amount});
  else settle();
}

void Account::release(std::int32_t on, Cents taken) {
  payable_.clear();
  if (paid_ != 0) add(on, paid_);
  if (keeps_lines_ && taken != 0) amounts_.push_back({on, on, "released", 0, 0, -taken, on});
}

void Account::settle() {
  while (!payable_.empty() && payable_.front().amount <= paid_) {
    paid_ -= payable_.front().amount;
    payable_.pop_front();
  }
}

std::optional<Account::Dated> Account::overdue(std::int32_t day) const {
  Cents sum = -paid_;
  std::optional<std::int32_t> since;
  for (auto &x : payable_) {
    if (x.day > day || (x.day == day && x.amount > 0)) break; // due today is not overdue; what is taken back today is gone
    sum += x.amount;
    if (sum <= 0) since.reset();
    else if (!since) since = x.day;
  }
  return since ? std::optional(Dated{*since, sum}) : std::nullopt;
}

namespace {

constexpr std::size_t most_shown = 24; // of amounts; what is older stands together

std::string named(const Account::Amount &a) {
  auto out = format_date(a.on) + " " + a.what;
  return a.on == a.economic ? out : out + " for " + format_date(a.economic);
}

std::vector<Summand> amounts_of(const Account &account, Cents Account::Amount::*which, std::int32_t since) {
  std::vector<Summand> out;
  for (auto &a : account.amounts())
    if (a.*which != 0 && a.economic >= since) out.push_back({named(a), a.*which});
  if (out.size() <= most_shown) return out;
  auto older = out.size() - most_shown + 1;
  Summand together{fmt::format("{} amounts before", older), 0};
  for (std::size_t k = 0; k < older; ++k) together.amount += out[k].amount;
  out.erase(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(older));
  out.insert(out.begin(), std::move(together));
  return out;
}

Cents total(const std::vector<Summand> &of) {
  Cents out = 0;
  for (auto &s : of) out += s.amount;
  return out;
}

std::vector<Summand> counted(const Account &account, const Counting &c) {
  auto out = amounts_of(account, &Account::Amount::given, c.since);
  if (c.brought != 0) out.insert(out.begin(), {"brought forward on " + format_date(c.since), c.brought});
  auto toward = total(out);
  if (!c.capped && toward != 0) out.push_back({"no cap in total: nothing counts", -toward});
  else if (toward > c.counted) out.push_back({"above the cap", c.counted - toward});
  else if (toward < 0) out.push_back({"below zero, which does not count", -toward});
  return out;
}

} // namespace

std::vector<Summand> sum_of(const Account &account, std::string_view word, std::int32_t day, Cents balance, const std::optional<Counting> &counting) {
  constexpr auto always = INT32_MIN;
  std::vector<Summand> out;
  if (word == "payable_on") { // no sum: the amounts whose day it is
    for (auto &a : account.amounts())
      if (a.earned != 0 && a.payable_on == balance) out.push_back({named(a) + ", payable on " + format_date(a.payable_on), a.earned});
    return out;
  }
  auto payments = [&](int sign) {
    for (auto &p : account.payments()) out.push_back({"paid on " + format_date(p.day), sign * p.amount});
  };
  if (word == "entitlement") out = amounts_of(account, &Account::Amount::before_limits, always);
  else if (word == "paid") payments(1);
  else if (word == "counted" || word == "room") {
    out = counted(account, counting.value_or(Counting{true, balance}));
    if (word == "room") {
      for (auto &s : out) s.amount = -s.amount;
      out.insert(out.begin(), {"the cap", balance - total(out)});
    }
  } else {
    out = amounts_of(account, &Account::Amount::earned, always);
    for (auto &p : account.payable())
      if (word != "accrued" && p.day > day) out.push_back({"waits until " + format_date(p.day), -p.amount});
    if (word == "owing") payments(-1);
  }
  if (total(out) != balance) return {};
  out.push_back({std::string(word), balance});
  return out;
}

} // namespace deal::session
