// A cap each PERIOD (semantics.md rules 5 and 7): a sum for each period that is still open.
#include "lower/clauses/payment/closing.h"
#include <fmt/format.h>

namespace deal::lower {
namespace {

class CapEachPeriod : public PaymentStage {
public:
  CapEachPeriod(Program &p, ClauseId index, const Payment &payment, const Limit &line) : line_(line) {
    auto name = fmt::format("{}.{}.", p.m.clauses[index].name, unit_words[static_cast<std::size_t>(line.each.unit)]);
    for (int i = 0; i < open_at_once(*payment.shape, line.each); ++i) {
      auto which = p.add_cell(fmt::format("{}period_{}", name, i), of(ValueType::date));
      sums_.push_back({which, p.add_cell(fmt::format("{}period_{}_sum", name, i), value_type(p.m, payment.money))});
    }
  }

  void pass(Passing &) const override;
  void start(Body &, ValueId day, std::map<std::size_t, ValueId> &first) const override;

private:
  struct Sum {
    std::size_t period, sum;
  };
  struct Place {
    std::vector<ValueId> mine; // which slot the period has
    ValueId sum;               // what it holds for it
  };
  Place place(Body &, ValueId period) const;

  const Limit &line_;
  std::vector<Sum> sums_;
};

// A slot belongs to the period that it names; any other content of it has closed.
CapEachPeriod::Place CapEachPeriod::place(Body &body, ValueId period) const {
  auto &b = body.b;
  Place out{body.places(period, static_cast<int>(sums_.size())), b.number(0)};
  for (std::size_t i = 0; i < sums_.size(); ++i) {
    auto &s = sums_[i];
    out.sum = b.select(b.both(out.mine[i], b.equal(body.load(s.period), period)), body.load(s.sum), out.sum);
  }
  return out;
}

void CapEachPeriod::pass(Passing &x) const {
  auto &body = x.body;
  auto &b = body.b;
  auto zero = b.number(0);
  auto now = body.period(x.env.today, line_.each);
  auto limit = body.within(b.both(x.runs, x.applies), [&] { return body.store(body.eval(line_.amount, x.env), x.payment.money, Rounding::floor); });
  x.needs(limit.status);
  auto top = b.max(zero, limit.v);
  auto at = place(body, now);
  auto sum = x.checked(body.money_fit(b.add(at.sum, x.amount), x.payment.money));
  for (std::size_t i = 0; i < sums_.size(); ++i) {
    auto mine = b.both(x.applies, at.mine[i]);
    x.keep(sums_[i].period, b.select(mine, now, body.load(sums_[i].period)));
    x.keep(sums_[i].sum, b.select(mine, sum, body.load(sums_[i].sum)));
  }
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

void CapEachPeriod::start(Body &body, ValueId, std::map<std::size_t, ValueId> &first) const {
  for (auto &s : sums_) first[s.period] = body.b.number(INT32_MIN);
}

} // namespace

// The shorter period stands and applies first.
void add_caps_each_period(Program &p, ClauseId index, Payment &payment) {
  for (auto &line : payment.shape->limits)
    if (line.at == Stage::cap_each_period) payment.stages.push_back(std::make_unique<CapEachPeriod>(p, index, payment, line));
}

} // namespace deal::lower
