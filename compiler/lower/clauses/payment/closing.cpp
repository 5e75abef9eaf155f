#include "lower/clauses/payment/closing.h"
#include <fmt/format.h>

namespace deal::lower {

int open_at_once(const PaymentVersion &shape, Period each) {
  auto length = shortest_days[static_cast<std::size_t>(each.unit)], wait = shape.closes ? shape.closes->count : 0;
  return shape.restatable + (wait + length - 1) / length + 2;
}

Closing::Closing(Program &p, ClauseId index, const Payment &payment, Period of_each, Reckon reckon)
    : each(of_each), shape_(*payment.shape), from_(p.m.clauses[index].versions.front().from) {
  if (from_ == always_from && p.m.effective) from_ = *p.m.effective;
  auto name = fmt::format("{}.{}.", p.m.clauses[index].name, unit_words[static_cast<std::size_t>(each.unit)]);
  closed_ = p.add_cell(name + "closed", of(ValueType::date));
  if (shape_.each == each && shape_.total) first_ = p.add_cell(name + "first", of(ValueType::date));
  p.boundary({index.number(), Becomes::closed, each, wait(), shape_.restatable, numbers(payment.reads)},
             {[this](Body &body) { return body.b.add(day(body, next(body)), body.b.number(1)); },
              [this, reckon](Body &body, ValueId mine) {
                auto period = next(body);
                body.becomes_where(mine, closed_, body.b.fit(period, {INT32_MIN, INT32_MAX}));
                reckon(body, *this, period, mine);
              }});
}

ValueId Closing::day(Body &body, ValueId period) const { return body.b.add(body.period_last(period, each), body.b.number(wait())); }

ValueId Closing::next(Body &body) const { return body.b.add(body.b.fit(body.load(closed_), {-800000, 2999998}), body.b.number(1)); }

ValueId Closing::closed(Body &body, ValueId period) const { return body.b.less_equal(period, body.load(closed_)); }

// Not for what lies before its first period: that is none of its periods.
ValueId Closing::refuses(Body &body, ValueId day) const {
  auto &b = body.b;
  auto period = body.period(day, each);
  auto late = b.less_equal(period, b.sub(body.load(closed_), b.number(shape_.restatable)));
  return from_ == always_from ? late : b.both(late, b.less_equal(body.period(b.number(from_), each), period));
}

// The last period whose close lies before the first day, or before the one in which its first version begins.
void Closing::start(Body &body, ValueId day, std::map<std::size_t, ValueId> &first) const {
  auto &b = body.b;
  auto eve = b.sub(day, b.number(1));
  auto index = body.period(b.max(b.sub(eve, b.number(wait())), b.number(-719000)), each);
  auto over = b.less_equal(this->day(body, index), eve);
  auto before = b.select(over, index, b.sub(index, b.number(1)));
  if (from_ != always_from) before = b.max(before, b.sub(body.period(b.number(from_), each), b.number(1)));
  first[closed_] = b.fit(before, {INT32_MIN, INT32_MAX});
  if (first_) first[*first_] = b.fit(b.add(before, b.number(1)), {INT32_MIN, INT32_MAX});
}

} // namespace deal::lower
