// What happens without an event: the start of an instance, its boundaries (closes, releases), `next` and `tick`.
#include "lower/lowering.h"

namespace deal::lower {

// What has not happened yet of closes and releases: the first day of which each is over, in declaration order.
std::vector<Body::Boundary> Body::boundaries() {
  std::vector<Boundary> all;
  for (auto &cells : p.payments) {
    if (!cells) continue;
    if (cells->closed) {
      auto last = b.fit(load(*cells->closed), {-800000, 2999998});
      all.push_back({b.add(close_day(*cells, b.add(last, b.number(1))), b.number(1)), &*cells, true});
    }
    if (cells->released)
      all.push_back({b.select(b.equal(load(*cells->released), b.number(0)), b.number(cells->release_day), b.number(no_day)), &*cells, false});
  }
  return all;
}

ValueId Body::next_boundary(const std::vector<Boundary> &all) {
  ValueId next = b.number(no_day);
  for (auto &x : all) next = b.min(next, x.day);
  return next;
}

void Program::next_function() {
  Body body(*this, out.interface.prefix + "_next", ir::Shape::next);
  body.function.result = body.next_boundary(body.boundaries());
  body.finish();
}

// The first unprocessed boundary of the earliest day.
void Program::tick_function() {
  Body body(*this, out.interface.prefix + "_tick", ir::Shape::tick);
  auto &b = body.b;
  auto all = body.boundaries();
  auto next = body.next_boundary(all);
  auto done = b.equal(next, b.number(no_day));
  for (auto &x : all) {
    auto mine = b.both(b.negation(done), b.equal(x.day, next));
    done = b.either(done, mine);
    if (x.close) {
      auto closed = body.load(*x.cells->closed);
      body.becomes[*x.cells->closed] = b.select(mine, b.fit(b.add(closed, b.number(1)), {INT32_MIN, INT32_MAX}), closed);
    } else { // accrued := payable := paid, what waits is dropped
      body.becomes[*x.cells->released] = b.select(mine, b.number(1), body.load(*x.cells->released));
      body.becomes[x.cells->accrued] = b.select(mine, body.load(x.cells->paid), body.load(x.cells->accrued));
      for (auto &[day, amount] : x.cells->waits) body.becomes[amount] = b.select(mine, b.number(0), body.load(amount));
    }
  }
  body.commit(b.fit(body.load(halt_cell), {0, 8}));
  body.finish();
}

void Program::init_function() {
  Body body(*this, out.interface.prefix + "_init", ir::Shape::init);
  auto &b = body.b;
  auto &i = out.interface;
  auto worst = body.status(Status::ok);
  for (std::size_t k = 0; k < m.parameters.size(); ++k) {
    auto r = body.input(i.parameter_layout.slots[k], m.parameters[k].type);
    worst = body.join(worst, b.select(b.equal(r.status, body.status(Status::unknown)), body.status(Status::ok), r.status));
  }
  auto day = b.fit(b.load({Region::today, 0, Elem::i32}, {INT32_MIN, INT32_MAX}), {-719162, 2932896});
  std::map<std::size_t, ValueId> first;
  first[now_cell] = day;
  for (auto &[event, cell] : happened) first[cell] = b.number(no_day);
  for (std::size_t s = 0; s < m.states.size(); ++s)
    if (m.states[s].initial) first[states[s]] = body.eval(m.states[s].initial, {}).v;
  for (auto &cells : payments) {
    if (!cells) continue;
    first[cells->payable_on] = b.number(INT32_MIN);
    for (auto &[which, sum] : cells->ring) first[which] = b.number(INT32_MIN);
    if (!cells->closed) continue;
    // The last period whose close lies before the first day.
    auto unit = cells->shape->each_period->period.unit;
    int wait = cells->shape->closes ? cells->shape->closes->count : 0;
    auto eve = b.sub(day, b.number(1));
    auto index = body.period(b.max(b.sub(eve, b.number(wait)), b.number(-719000)), unit);
    auto over = b.less_equal(body.close_day(*cells, index), eve);
    first[*cells->closed] = b.select(over, index, b.sub(index, b.number(1)));
  }
  i.layout = fingerprint_of(i);
  first[layout_cell] = b.number(i.layout);
  auto &slots = i.state_layout.slots;
  for (std::size_t k = 0; k < slots.size(); ++k) {
    auto at = slots[k].at;
    at.region = Region::next_state;
    auto value = first.count(k) ? first[k] : slots[k].type.base == ValueType::boolean ? b.truth(false) : b.number(0);
    b.store(at, b[value].boolean ? value : b.mul(value, b.number(power_of_ten(slots[k].type.scale))));
  }
  body.function.result = worst;
  body.finish();
}

void Program::defaults_function() {
  Body body(*this, out.interface.prefix + "_defaults", ir::Shape::defaults);
  auto &b = body.b;
  auto &i = out.interface;
  for (std::size_t k = 0; k < m.parameters.size(); ++k) {
    auto &slot = i.parameter_layout.slots[k];
    auto &value = i.parameters[k].versions[0].value;
    auto place = slot.at;
    place.region = Region::value;
    auto number = value.value_or(Rational(0));
    if (slot.type.base == ValueType::ratio) {
      b.store(place, b.number(numerator(number)));
      b.store({Region::value, place.offset + 8, Elem::i64}, b.number(value ? denominator(number) : Integer(1)));
    } else {
      b.store(place, b.number(numerator(Rational(number * power_of_ten(slot.type.scale)))));
    }
    b.store({Region::value, *slot.known, Elem::i8}, b.number(value ? 1 : 0));
  }
  body.function.result = b.number(0);
  body.finish();
}

} // namespace deal::lower
