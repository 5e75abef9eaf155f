// When an earned amount is payable (semantics.md rule 12): amounts that wait as (day, amount), as many as the schedule can need at once.
#include "lower/clauses/payment/stages.h"
#include <fmt/format.h>

namespace deal::lower {
namespace {

class Payable : public PaymentStage {
public:
  Payable(Program &p, ClauseId index, const Payment &payment) : rule_(payment.shape->payable) {
    auto name = p.m.clauses[index].name + ".";
    on_ = p.add_cell(name + "payable_on", of(ValueType::date));
    if (!rule_) return;
    auto length = shortest_days[static_cast<std::size_t>(rule_->after.unit)];
    for (int i = 0; i < (rule_->count + length - 1) / length + 2; ++i) {
      auto day = p.add_cell(fmt::format("{}wait_{}_day", name, i), of(ValueType::date));
      waits_.push_back({day, p.add_cell(fmt::format("{}wait_{}", name, i), value_type(p.m, payment.money))});
    }
  }
  void pass(Passing &) const override;
  std::optional<Res> word(const Asking &, Word) const override;
  void start(Body &body, ValueId, std::map<std::size_t, ValueId> &first) const override { first[on_] = body.b.number(INT32_MIN); }
  ValueId released(Body &, ValueId mine) const override;

private:
  struct Wait {
    std::size_t day, amount;
  };
  ValueId wait(Passing &, ValueId day) const;
  ValueId payable(const Asking &) const;

  const std::optional<PayableRule> &rule_;
  std::size_t on_;
  std::vector<Wait> waits_;
};

void Payable::pass(Passing &x) const {
  auto &body = x.body;
  auto &b = body.b;
  auto zero = b.number(0);
  auto day = x.on;
  if (rule_) day = b.add(body.period_last(body.period(x.env.today, rule_->after), rule_->after), b.number(rule_->count));
  auto falls = b.select(b.less(x.amount, zero), x.on, day);
  auto nothing = b.equal(x.amount, zero);
  body.within(b.both(x.runs, b.negation(nothing)),
              [&] { body.stage(x.index, Stage::payable, Figure::value, of(ValueType::date), body.number(falls)); });
  auto before = body.load(on_);
  x.keep(on_, b.fit(b.select(nothing, before, b.max(before, falls)), {INT32_MIN, INT32_MAX}));
  if (rule_) x.figure(Stage::waiting, Figure::value, wait(x, day));
}

// A negative amount reduces the latest waiting first. What was added to what waits, or taken off it.
ValueId Payable::wait(Passing &x, ValueId day) const {
  auto &body = x.body;
  auto &b = body.b;
  auto zero = b.number(0);
  auto negative = b.less(x.amount, zero), open = b.both(b.less(zero, x.amount), b.less(x.on, day));
  auto rest = b.max(zero, b.negate(x.amount));
  std::vector<ValueId> days, amounts;
  for (auto &w : waits_) {
    days.push_back(body.load(w.day));
    amounts.push_back(b.select(b.less(x.on, days.back()), body.load(w.amount), zero)); // what has come is no longer waiting
  }
  auto same = b.truth(false), taken = same;
  for (std::size_t i = 0; i < waits_.size(); ++i) same = b.either(same, b.both(b.equal(days[i], day), b.negation(b.equal(amounts[i], zero))));
  auto changed = b.select(open, x.amount, zero);
  for (std::size_t i = 0; i < waits_.size(); ++i) {
    auto empty = b.equal(amounts[i], zero);
    auto matches = b.both(b.negation(empty), b.equal(days[i], day));
    auto fresh = b.both(empty, b.negation(same));
    auto takes = b.both(open, b.either(matches, b.both(fresh, b.negation(taken))));
    taken = b.either(taken, fresh);
    auto later = zero;
    for (std::size_t j = 0; j < waits_.size(); ++j)
      if (j != i) later = b.add(later, b.select(b.less(days[i], days[j]), amounts[j], zero));
    auto part = b.select(negative, b.max(zero, b.min(amounts[i], b.sub(rest, later))), zero);
    changed = b.sub(changed, part);
    auto next = b.select(takes, b.add(amounts[i], x.amount), b.sub(amounts[i], part));
    x.keep(waits_[i].day, b.select(takes, b.fit(day, {INT32_MIN, INT32_MAX}), days[i]));
    x.keep(waits_[i].amount, body.money_fit(next, x.payment.money).v);
  }
  auto full = b.both(b.both(open, x.runs), b.both(b.negation(same), b.negation(taken)));
  body.refusal = body.join(body.refusal, b.select(full, body.status(Status::too_many_open), body.status(Status::ok)));
  return changed;
}

ValueId Payable::released(Body &body, ValueId mine) const {
  auto sum = body.b.number(0);
  for (auto &w : waits_) {
    auto amount = body.load(w.amount);
    sum = body.b.add(sum, amount);
    body.becomes_where(mine, w.amount, body.b.number(0));
  }
  return sum;
}

ValueId Payable::payable(const Asking &a) const {
  auto &b = a.body.b;
  auto out = a.cell(a.payment.accrued);
  for (auto &w : waits_) out = b.sub(out, b.select(b.less(a.body.today(a.env), a.cell(w.day)), a.cell(w.amount), b.number(0)));
  return out;
}

std::optional<Res> Payable::word(const Asking &a, Word word) const {
  auto &b = a.body.b;
  if (word == Word::payable) return a.body.money_fit(payable(a), a.payment.money);
  if (word == Word::owing) return a.body.money_fit(b.sub(payable(a), a.cell(a.payment.paid)), a.payment.money);
  if (word != Word::payable_on) return std::nullopt;
  auto day = a.cell(on_);
  auto none = b.equal(day, b.number(INT32_MIN));
  return Res{b.select(none, a.body.status(Status::no_rule_applies), a.body.status(Status::ok)), b.fit(day, {-719162, 2932896}), {}};
}

} // namespace

void add_payable(Program &p, ClauseId index, Payment &payment) { payment.stages.push_back(std::make_unique<Payable>(p, index, payment)); }

} // namespace deal::lower
