// What one event does: refusals, totals, payments, states, and the stores that make it one atomic step.
#include "lower/clauses/payment/closing.h"

namespace deal::lower {
namespace {

constexpr int first_day = -719162, last_day = 2932896; // 0001-01-01, 9999-12-31

bool reported(const StepInfo &info) { return info.kind <= StepInfo::happens; }

} // namespace

Body::Incoming Body::incoming(const StepInfo &info) {
  Incoming in{load(info.layout.slots[0]), {}, {}, {}};
  in.day = b.fit(in.on, {first_day, last_day});
  in.economic = b.fit(load(info.layout.slots[1]), {first_day, last_day});
  auto subject = SomeId::of(info.subject);
  auto fields = [&](auto &all) {
    for (auto &f : all) in.types.push_back(f.type);
  };
  switch (info.kind) {
  case StepInfo::reports:
  case StepInfo::happens: fields(m.events[subject].fields); break;
  case StepInfo::does:
    in.types.push_back(Type{Type::party});
    fields(m.actions[subject].fields);
    break;
  case StepInfo::pays: in.types.push_back(p.payments[subject]->money); break;
  }
  return in;
}

// The formal core's step, 1: what changes nothing and sets nothing. The first that holds wins.
ValueId Body::refused(const StepInfo &info, const Incoming &in) {
  auto out = b.fit(load(p.halt_cell), {0, 8});
  auto where = [&](ValueId condition, Status s) { out = b.select(is_ok(out), b.select(condition, status(s), out), out); };
  if (!p.boundaries.empty()) where(b.less_equal(next_boundary(boundary_days()), in.on), Status::tick_needed);
  where(b.less(in.on, load(p.now_cell)), Status::out_of_order);
  auto economic = load(info.layout.slots[1]);
  auto wrong = b.either(b.less(in.on, economic), b.negation(b.inside(economic, {first_day, last_day})));
  wrong = b.either(wrong, b.negation(b.inside(in.on, {first_day, last_day})));
  if (m.effective) wrong = b.either(wrong, b.less(economic, b.number(*m.effective)));
  auto subject = SomeId::of(info.subject);
  if (info.kind == StepInfo::does)
    if (auto by = m.actions[subject].by) wrong = b.either(wrong, b.negation(b.equal(load(info.layout.slots[2]), b.number(by.number()))));
  for (std::size_t k = 0; k < in.types.size(); ++k) wrong = b.either(wrong, b.negation(is_ok(input(info.layout.slots[k + 2], in.types[k]).status)));
  if (reported(info))
    if (auto &each = m.events[subject].each)
      wrong = b.either(wrong, b.negation(b.equal(period_last(period(in.economic, *each), *each), in.economic)));
  where(wrong, Status::input_out_of_range);
  if (reported(info))
    for (auto &payment : p.payments)
      if (payment && payment->reads.count(EventId::of(info.subject)))
        for (auto &closing : payment->closings) where(closing->refuses(*this, in.economic), Status::closed_period);
  return out;
}

// The first day of an event that a term waits for.
void Body::first_happened(const StepInfo &info, const Incoming &in) {
  if (auto first = p.happened.find(EventId::of(info.subject)); first != p.happened.end()) {
    auto known = load(first->second);
    becomes[first->second] = b.select(b.equal(known, b.number(no_day)), in.economic, known);
  }
}

void Body::update_states(const StepInfo &info, const Env &env) {
  for (auto s : m.states.ids()) {
    std::vector<const StateUpdate *> updates;
    for (auto &u : m.states[s].updates)
      if (u.event.number() == info.subject) updates.push_back(&u);
    if (updates.empty()) continue;
    auto one = b.truth(false), two = b.truth(false);
    std::vector<ValueId> guards;
    auto old = load(p.states[s]);
    Res next = number(old);
    for (auto *u : updates) {
      auto c = u->condition ? eval(u->condition, env) : truth(b.truth(true));
      guards.push_back(c.status);
      auto wins = holds(c);
      two = b.either(two, b.both(one, wins));
      one = b.either(one, wins);
      next = select(wins, within(wins, [&] { return store(eval(u->body, env), m.states[s].type, m.rounding); }), next);
    }
    auto blocked_by = guard_join(guards);
    auto result = b.select(is_ok(blocked_by), b.select(two, status(Status::conflict), next.status), blocked_by);
    auto stands = blocked(p.state_parameters[s]);
    fail_with(b.select(stands, status(Status::ok), result));
    becomes[p.states[s]] = b.select(stands, old, next.v);
  }
}

// Nothing where it was refused, the halt alone where it failed, everything else where it went through.
void Body::commit(ValueId refused_by) {
  auto goes_on = is_ok(refused_by), works = is_ok(failure);
  auto taken = b.both(goes_on, works), halts = b.both(goes_on, b.negation(works));
  becomes[p.halt_cell] = b.select(halts, failure, load(p.halt_cell));
  auto &layout = p.out.interface.state_layout;
  function.copied = layout.size;
  for (auto &[i, value] : becomes) {
    auto next = i == p.halt_cell ? value : b.select(taken, value, load(i));
    auto place = layout.slots[i].at;
    place.region = Region::next_state;
    b.store(place, b[next].boolean ? next : b.mul(next, b.number(power_of_ten(layout.slots[i].type.scale))));
  }
  function.result = b.select(goes_on, failure, refused_by);
}

ValueId Body::step(const StepInfo &info) {
  auto in = incoming(info);
  auto refused_by = refused(info, in);
  becomes[p.now_cell] = in.day;
  becomes[p.seq_cell] = b.fit(b.add(load(p.seq_cell), b.number(1)), counts);
  Env env;
  env.today = in.economic;
  env.step = true;
  if (reported(info)) {
    env.event = EventId::of(info.subject);
    first_happened(info, in);
    count_totals(info, in);
    for (auto clause : m.payment_order) {
      auto &payment = p.payments[clause];
      Env own = env;
      own.paying = clause;
      if (payment && payment->shape->trigger == env.event) pay(clause, own, in.day, b.truth(true));
      else if (payment && payment->reads.count(env.event)) reckon_again(clause, own, in.day);
    }
    update_states(info, env);
  }
  if (info.kind == StepInfo::pays) {
    auto &payment = *p.payments[ClauseId::of(info.subject)];
    auto amount = input(info.layout.slots[2], payment.money);
    auto paid = money_fit(b.add(load(payment.paid), amount.v), payment.money);
    fail_with(paid.status);
    becomes[payment.paid] = paid.v;
  }
  return b.select(is_ok(refused_by), refusal, refused_by);
}

void Program::step_function(StepInfo &info) {
  twins(info.symbol, ir::Shape::step, info.sites, [&](Body &body) {
    auto refused = body.step(info);
    info.readings = numbers(body.read_groups);
    body.commit(refused);
  });
}

void Program::run_function(const StepInfo &info) {
  Body body(*this, info.symbol + "_run", ir::Shape::step);
  auto &b = body.b;
  auto refused = body.step(info);
  auto &slots = out.interface.state_layout.slots;
  for (auto &[cell, next] : body.becomes) {
    auto place = slots[cell].at;
    place.region = Region::next_state;
    b.store(place, b[next].boolean ? next : b.mul(next, b.number(power_of_ten(slots[cell].type.scale))));
  }
  body.function.result = b.select(body.is_ok(refused), body.failure, refused);
  out.runs.push_back({info.symbol, std::move(body.function)});
}

} // namespace deal::lower
