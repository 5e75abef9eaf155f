// What happens without an event: the start of an instance, `next` and `tick` over the boundaries that clauses registered.
#include "lower/clauses/payment/closing.h"

namespace deal::lower {

std::vector<ValueId> Body::boundary_days() {
  std::vector<ValueId> days;
  for (auto &x : p.boundaries) days.push_back(x.day(*this));
  return days;
}

ValueId Body::next_boundary(const std::vector<ValueId> &days) {
  ValueId next = b.number(no_day);
  for (auto day : days) next = b.min(next, day);
  return next;
}

void Program::next_function() {
  Body body(*this, out.interface.prefix + "_next", ir::Shape::next);
  body.function.result = body.next_boundary(body.boundary_days());
  body.finish();
}

// The first of the earliest day that is not processed, in the order in which they were registered.
void Program::tick_function() {
  auto &tick = out.interface.tick;
  tick.symbol = out.interface.prefix + "_tick";
  twins(tick.symbol, ir::Shape::tick, tick.sites, [&](Body &body) {
    auto &b = body.b;
    auto days = body.boundary_days();
    auto next = body.next_boundary(days);
    auto none = b.equal(next, b.number(no_day)), done = none;
    auto which = b.number(0);
    for (std::size_t k = 0; k < boundaries.size(); ++k) {
      auto mine = b.both(b.negation(done), b.equal(days[k], next));
      done = b.either(done, mine);
      which = b.select(mine, b.number(static_cast<int>(k)), which);
      body.within(mine, [&] { boundaries[k].becomes(body, mine); });
    }
    if (!boundaries.empty())
      body.within(b.negation(none), [&] { body.note({.stage = Stage::boundary, .type = of(ValueType::integer)}, body.number(which)); });
    body.fail_with(body.refusal);
    body.commit(b.fit(body.load(halt_cell), {0, 8}));
  });
}

void Program::init_function() {
  Body body(*this, out.interface.prefix + "_init", ir::Shape::init);
  auto &b = body.b;
  auto &i = out.interface;
  auto worst = body.status(Status::ok);
  for (auto k : m.parameters.ids()) {
    auto r = body.input(i.parameter_layout.slots[k.index], m.parameters[k].type);
    worst = body.join(worst, b.select(b.equal(r.status, body.status(Status::unknown)), body.status(Status::ok), r.status));
  }
  auto day = b.fit(b.load({Region::today, 0, Elem::i32}, {INT32_MIN, INT32_MAX}), {-719162, 2932896});
  std::map<std::size_t, ValueId> first;
  first[now_cell] = day;
  for (auto &[event, cell] : happened) first[cell] = b.number(no_day);
  for (auto s : m.states.ids())
    if (m.states[s].initial) first[states[s]] = body.eval(m.states[s].initial, {}).v;
  for (auto &payment : payments)
    if (payment) {
      for (auto &closing : payment->closings) closing->start(body, day, first);
      if (payment->reckoned) first[*payment->reckoned] = b.sub(day, b.number(1));
      for (auto &stage : payment->stages) stage->start(body, day, first);
    }
  for (auto &total : totals)
    for (auto &at : total.periods) first[at.period] = b.number(INT32_MIN);
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
  for (auto k : m.parameters.ids()) {
    auto &slot = i.parameter_layout.slots[k.index];
    auto &value = i.parameters[k.index].versions[0].value;
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
