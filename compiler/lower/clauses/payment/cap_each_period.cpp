// A cap each PERIOD (semantics.md rules 5, 7 and M2): a sum for each period that is still open, and the periods that close.
#include "lower/clauses/payment/stages.h"
#include <fmt/format.h>

namespace deal::lower {
namespace {

class CapEachPeriod : public PaymentStage {
public:
  CapEachPeriod(Program &p, ClauseId index, const Payment &payment, const Limit &line) : line_(line), unit_(line.each.unit), shape_(*payment.shape) {
    auto name = fmt::format("{}.{}.", p.m.clauses[index].name, unit_words[static_cast<std::size_t>(unit_)]);
    auto length = shortest_days[static_cast<std::size_t>(unit_)];
    auto open = shape_.restatable + (wait() + length - 1) / length + 2;
    for (int i = 0; i < open; ++i) {
      auto which = p.add_cell(fmt::format("{}period_{}", name, i), of(ValueType::date));
      sums_.push_back({which, p.add_cell(fmt::format("{}period_{}_sum", name, i), value_type(p.m, payment.money))});
    }
    closed_ = p.add_cell(name + "closed", of(ValueType::date));
    p.boundary({index.number(), Becomes::closed, line.each, wait(), shape_.restatable},
               {[this](Body &body) { return next(body); }, [this, index](Body &body, ValueId mine) { close(body, index, mine); }});
  }

  void pass(Passing &) const override;
  void start(Body &, ValueId day, std::map<std::size_t, ValueId> &first) const override;
  ValueId closed(Body &body, ValueId day) const override {
    auto last = body.b.sub(body.load(closed_), body.b.number(shape_.restatable));
    return body.b.less_equal(body.period(day, unit_), last);
  }

private:
  struct Sum {
    std::size_t period, sum;
  };
  struct Place {
    std::vector<ValueId> mine; // which slot the period has
    ValueId sum;               // what it holds for it
  };
  Place place(Body &, ValueId period) const;
  int wait() const { return shape_.closes ? shape_.closes->count : 0; }
  ValueId close_day(Body &body, ValueId period) const { return body.b.add(body.period_last(period, unit_), body.b.number(wait())); }
  ValueId open(Body &body) const { return body.b.add(body.b.fit(body.load(closed_), {-800000, 2999998}), body.b.number(1)); } // the first open period
  ValueId next(Body &body) const { return body.b.add(close_day(body, open(body)), body.b.number(1)); }
  void close(Body &, ClauseId index, ValueId mine) const;

  const Limit &line_;
  Unit unit_;
  const PaymentVersion &shape_;
  std::vector<Sum> sums_;
  std::size_t closed_ = 0;
};

// A slot belongs to the period that it names; any other content of it has closed.
CapEachPeriod::Place CapEachPeriod::place(Body &body, ValueId period) const {
  auto &b = body.b;
  auto slots = static_cast<int>(sums_.size());
  auto turns = b.quantize(b.mul(period, b.number(1, slots)), {}, Rounding::floor, 1);
  auto slot = b.sub(period, b.mul(turns, b.number(slots)));
  Place out{{}, b.number(0)};
  for (int i = 0; i < slots; ++i) {
    auto &s = sums_[static_cast<std::size_t>(i)];
    out.mine.push_back(b.equal(slot, b.number(i)));
    out.sum = b.select(b.both(out.mine.back(), b.equal(body.load(s.period), period)), body.load(s.sum), out.sum);
  }
  return out;
}

void CapEachPeriod::pass(Passing &x) const {
  auto &body = x.body;
  auto &b = body.b;
  auto zero = b.number(0);
  auto now = body.period(x.env.today, unit_);
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

// The last period whose close lies before the first day.
void CapEachPeriod::start(Body &body, ValueId day, std::map<std::size_t, ValueId> &first) const {
  auto &b = body.b;
  for (auto &s : sums_) first[s.period] = b.number(INT32_MIN);
  auto eve = b.sub(day, b.number(1));
  auto index = body.period(b.max(b.sub(eve, b.number(wait())), b.number(-719000)), unit_);
  auto over = b.less_equal(close_day(body, index), eve);
  first[closed_] = b.select(over, index, b.sub(index, b.number(1)));
}

// What is said of it: the last day of the period, and what the cap gave for it.
void CapEachPeriod::close(Body &body, ClauseId index, ValueId mine) const {
  auto &b = body.b;
  auto period = open(body);
  body.becomes[closed_] = b.select(mine, b.fit(period, {INT32_MIN, INT32_MAX}), body.load(closed_));
  body.stage(index, Stage::dated, Figure::value, of(ValueType::date), body.number(b.fit(body.period_last(period, unit_), {-719162, 2932896})));
}

} // namespace

// The shorter period stands and applies first.
void add_caps_each_period(Program &p, ClauseId index, Payment &payment) {
  for (auto &line : payment.shape->limits)
    if (line.at == Stage::cap_each_period) payment.stages.push_back(std::make_unique<CapEachPeriod>(p, index, payment, line));
}

} // namespace deal::lower
