// A cap each PERIOD (semantics.md rules 5 and 7): a sum for each period that is still open.
#include "lower/clauses/payment/periods.h"
#include <fmt/format.h>

namespace deal::lower {
namespace {

class CapEachPeriod : public PaymentStage {
public:
  CapEachPeriod(Program &p, ClauseId index, const Payment &payment, const Limit &line)
      : line_(line), sums_(p, fmt::format("{}.{}.", p.m.clauses[index].name, unit_words[static_cast<std::size_t>(line.each.unit)]),
                           open_at_once(*payment.shape, line.each), value_type(p.m, payment.money)) {}

  void pass(Passing &) const override;
  void start(Body &body, ValueId, std::map<std::size_t, ValueId> &first) const override { sums_.start(body, first); }

private:
  const Limit &line_;
  PeriodSums sums_;
};

void CapEachPeriod::pass(Passing &x) const {
  auto &body = x.body;
  auto &b = body.b;
  auto zero = b.number(0);
  auto now = body.period(x.env.today, line_.each);
  auto limit = body.within(b.both(x.runs, x.applies), [&] { return body.store(body.eval(line_.amount, x.env), x.payment.money, Rounding::floor); });
  x.needs(limit.status);
  auto top = b.max(zero, limit.v);
  auto at = sums_.at(body, now);
  auto sum = x.checked(body.money_fit(b.add(at.sum, x.amount), x.payment.money));
  sums_.keep(x, at, now, sum);
  auto given = b.select(x.applies, b.sub(b.min(sum, top), b.min(at.sum, top)), zero);
  auto room = [&](ValueId used) { return b.max(zero, b.sub(top, b.max(zero, used))); };
  body.within(body.is_ok(limit.status), [&] {
    auto span = body.m[line_.amount].span;
    x.figure(line_.at, Figure::limit, limit.v, span);
    x.figure(line_.at, Figure::cut, b.sub(given, x.amount), span);
    x.figure(line_.at, Figure::room_before, room(at.sum), span);
    x.figure(line_.at, Figure::room_after, room(b.select(x.applies, sum, at.sum)), span);
  });
  x.amount = given;
}

} // namespace

// The shorter period stands and applies first.
void add_caps_each_period(Program &p, ClauseId index, Payment &payment) {
  for (auto &line : payment.shape->limits)
    if (line.at == Stage::cap_each_period) payment.stages.push_back(std::make_unique<CapEachPeriod>(p, index, payment, line));
}

} // namespace deal::lower
