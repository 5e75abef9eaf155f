// The functions of an evaluator: one for each term, each action's question, each kind of event; init, next, tick, defaults.
#include "check/check.h"
#include "check/operators.h"
#include "lower/lowering.h"

namespace deal::lower {
namespace {

ValueType of(ValueType::Base base) {
  ValueType t;
  t.base = base;
  return t;
}

constexpr std::pair<Word, const char *> license_words[] = {{Word::active, "active"}, {Word::exclusive, "exclusive"}};
constexpr std::pair<Word, const char *> payment_words[] = {{Word::entitlement, "entitlement"},
                                                           {Word::earned, "earned"},
                                                           {Word::accrued, "accrued"},
                                                           {Word::payable, "payable"},
                                                           {Word::payable_on, "payable_on"},
                                                           {Word::paid, "paid"},
                                                           {Word::owing, "owing"},
                                                           {Word::counted, "counted"},
                                                           {Word::room, "room"}};
constexpr int layout_version = 1;

Elem elem_of(const ValueType &t) {
  switch (t.base) {
  case ValueType::boolean: return Elem::i8;
  case ValueType::integer:
  case ValueType::decimal:
  case ValueType::percent:
  case ValueType::money:
  case ValueType::duration: return Elem::i64;
  default: return Elem::i32;
  }
}

} // namespace

Body::Body(Program &program, std::string symbol, ir::Shape shape) : p(program), m(program.m), b(function) {
  function.symbol = std::move(symbol);
  function.shape = shape;
  failure = refusal = b.number(0);
}

// A slot of the trace: what this site came to. A site that was met before under the same readings keeps its value.
void Body::note(Site::Kind kind, const std::string &name, const ValueType &type, ValueId v, Span span, const std::string &badge) {
  if (!sites) return;
  for (auto &n : noted)
    if (n.site.name == name && n.site.span == span) return;
  auto value = b[v].boolean ? b.select(v, b.number(1), b.number(0)) : b.mul(v, b.number(power_of_ten(type.scale)));
  noted.push_back({{kind, name, type, span, badge}, value});
}

void Body::finish() {
  for (auto &n : noted) {
    b.store({Region::trace, static_cast<std::uint32_t>(sites->size()) * 8, Elem::i64}, n.value);
    sites->push_back(n.site);
  }
  p.out.functions.push_back(std::move(function));
}

void Program::run(const Request &request) {
  auto &i = out.interface;
  // The structs of events come first: every function may read them.
  auto step = [&](StepInfo::Kind kind, int subject, const std::string &name, const std::vector<std::pair<std::string, Type>> &fields) {
    StepInfo info{kind, subject, i.prefix + "_step_" + symbol_of(name), {}, {}, {}};
    info.layout.name = i.prefix + "_" + symbol_of(name);
    add_slot(info.layout, Region::event, "on", of(ValueType::date), false);
    add_slot(info.layout, Region::event, "for_day", of(ValueType::date), false);
    if (kind == StepInfo::does) add_slot(info.layout, Region::event, "party", value_type(m, Type{Type::party}), false);
    for (auto &[field, type] : fields) {
      auto &slot = info.layout.slots[add_slot(info.layout, Region::event, symbol_of(field), value_type(m, type), false)];
      slot.low = type.low, slot.high = type.high;
    }
    close_layout(info.layout);
    i.steps.push_back(std::move(info));
  };
  auto fields_of = [](auto &declared) {
    std::vector<std::pair<std::string, Type>> fields;
    for (auto &f : declared.fields) fields.emplace_back(f.name, f.type);
    return fields;
  };
  for (std::size_t e = 0; e < m.events.size(); ++e)
    step(m.events[e].fields.empty() ? StepInfo::happens : StepInfo::reports, static_cast<int>(e), m.events[e].name, fields_of(m.events[e]));
  for (std::size_t a = 1; a < m.actions.size(); ++a) step(StepInfo::does, static_cast<int>(a), "does_" + m.actions[a].name, fields_of(m.actions[a]));
  for (std::size_t c = 0; c < payments.size(); ++c)
    if (payments[c]) step(StepInfo::pays, static_cast<int>(c), "pays_" + m.clauses[c].name, {{"amount", payments[c]->money}});
  if (request.whole) {
    term_functions(request);
    for (std::size_t a = 0; a < m.actions.size(); ++a)
      if (std::any_of(norms.begin(), norms.end(), [&](auto &n) { return n.action == static_cast<int>(a); })) question_function(static_cast<int>(a));
    defaults_function();
  }
  for (std::size_t x = 0; x < request.extra.size(); ++x) extra_function(request.extra[x], x);
  if (request.steps) {
    init_function();
    next_function();
    tick_function();
    auto kinds = i.steps.size();
    for (std::size_t s = 0; s < kinds; ++s) step_function(i.steps[s].kind, i.steps[s].subject);
  }
  close_layout(i.fact_layout);
  for (auto &q : i.questions) close_layout(q.layout);
}

void Program::term_functions(const Request &) {
  auto &i = out.interface;
  std::set<std::string> used;
  auto unique = [&](std::string symbol) {
    while (!used.insert(symbol).second) symbol += "_";
    return symbol;
  };
  auto term = [&](const std::string &name, const ValueType &type, int clause, std::function<Res(Body &, const Env &)> make) {
    TermInfo info{name, unique(i.prefix + "_" + symbol_of(name)), type, clause, false, false, false, {}, {}, {}, {}};
    for (bool traced : {false, true}) {
      Body body(*this, info.symbol + (traced ? "_traced" : ""), ir::Shape::term);
      body.function.traced = traced;
      if (traced) body.sites = &info.sites;
      Env env;
      env.today = body.b.load({Region::today, 0, Elem::i32}, {INT32_MIN, INT32_MAX});
      auto r = body.under_readings([&] { return make(body, env); });
      auto zero = body.b[r.v].boolean ? body.b.truth(false) : body.b.number(0);
      auto value = body.b.select(body.is_ok(r.status), r.v, zero);
      body.b.store({Region::value, 0, elem_of(type)}, body.b[value].boolean ? value : body.b.mul(value, body.b.number(power_of_ten(type.scale))));
      body.function.result = r.status;
      info.dated = body.dated;
      info.stateful = body.stateful;
      info.readings.assign(body.read_groups.begin(), body.read_groups.end());
      info.parameters.assign(body.read_parameters.begin(), body.read_parameters.end());
      info.facts.assign(body.read_facts.begin(), body.read_facts.end());
      body.finish();
    }
    i.terms.push_back(std::move(info));
  };
  for (std::size_t d = 0; d < m.definitions.size(); ++d) {
    auto &definition = m.definitions[d];
    if (definition.scope >= 0 || !is_storable(definition.type) || definition.type.base == Type::ratio) continue;
    term(definition.name, value_type(m, definition.type), -1, [&](Body &body, const Env &env) { return body.definition(static_cast<int>(d), env); });
  }
  for (std::size_t s = 0; s < m.states.size(); ++s)
    term(m.states[s].name, value_type(m, m.states[s].type), -1, [&](Body &body, const Env &) { return body.cell_value(states[s]); });
  for (std::size_t c = 0; c < m.clauses.size(); ++c) {
    auto &clause = m.clauses[c];
    auto index = static_cast<int>(c);
    if (clause.kind == syntax::Clause::license || clause.kind == syntax::Clause::exclusivity)
      for (auto &[word, name] : license_words)
        term(clause.name + "." + name, of(ValueType::boolean), index,
             [&](Body &body, const Env &env) { return body.license_word(index, word, env); });
    if (payments[c])
      for (auto &[word, name] : payment_words)
        term(clause.name + "." + name, word == Word::payable_on ? of(ValueType::date) : value_type(m, payments[c]->money), index,
             [&](Body &body, const Env &env) { return body.payment_word(index, word, env); });
  }
}

// A question from outside the file: numerator and denominator in 256 bits, whatever its type.
void Program::extra_function(TermId id, std::size_t index) {
  TermInfo info{fmt::format("?{}", index),
                fmt::format("{}_question_{}", out.interface.prefix, index),
                value_type(m, m[id].type),
                -1,
                false,
                false,
                true,
                {},
                {},
                {},
                {}};
  Body body(*this, info.symbol, ir::Shape::term);
  Env env;
  env.today = body.b.load({Region::today, 0, Elem::i32}, {INT32_MIN, INT32_MAX});
  auto r = body.under_readings([&] { return body.eval(id, env); });
  auto &b = body.b;
  if (b[r.v].boolean) {
    b.store({Region::value, 0, Elem::i256}, b.select(r.v, b.number(1), b.number(0)));
    b.store({Region::value, 32, Elem::i256}, b.number(1));
  } else {
    auto den = b[r.v].den;
    b.store({Region::value, 0, Elem::i256}, b.mul(r.v, b.number(den)));
    b.store({Region::value, 32, Elem::i256}, r.d ? b.mul(r.d, b.number(den)) : b.number(den));
  }
  body.function.result = r.status;
  info.dated = body.dated || body.stateful;
  info.stateful = body.stateful;
  info.readings.assign(body.read_groups.begin(), body.read_groups.end());
  info.parameters.assign(body.read_parameters.begin(), body.read_parameters.end());
  info.facts.assign(body.read_facts.begin(), body.read_facts.end());
  out.interface.terms.push_back(std::move(info));
  body.finish();
}

void Program::question_function(int index) {
  auto &action = m.actions[static_cast<std::size_t>(index)];
  auto &i = out.interface;
  QuestionInfo info{index, i.prefix + "_may_" + symbol_of(action.name), {}, {}, {}, {}};
  info.layout.name = i.prefix + "_" + symbol_of(action.name) + "_question";
  add_slot(info.layout, Region::question, "party", value_type(m, Type{Type::party}), false);
  for (auto &f : action.fields) add_slot(info.layout, Region::question, symbol_of(f.name), value_type(m, f.type), false);
  for (bool traced : {false, true}) {
    Body body(*this, info.symbol + (traced ? "_traced" : ""), ir::Shape::term);
    body.function.traced = traced;
    if (traced) body.sites = &info.sites;
    Env env;
    env.today = body.b.load({Region::today, 0, Elem::i32}, {INT32_MIN, INT32_MAX});
    env.question = &info;
    auto party = body.input(info.layout.slots[0], Type{Type::party});
    std::vector<Argument> arguments;
    for (std::size_t k = 0; k < action.fields.size(); ++k)
      arguments.push_back({body.input(info.layout.slots[k + 1], action.fields[k].type), std::nullopt, static_cast<int>(k)});
    auto r = body.under_readings([&] { return body.question(false, party.v, index, arguments, env); });
    r.status = body.b.select(body.is_ok(party.status), r.status, party.status);
    body.b.store({Region::value, 0, Elem::i32}, body.b.select(body.is_ok(r.status), r.v, body.b.number(0)));
    body.function.result = r.status;
    info.readings.assign(body.read_groups.begin(), body.read_groups.end());
    body.finish();
  }
  i.questions.push_back(std::move(info));
}

namespace {

// Stores of a step: nothing where it was refused, the halt alone where it failed, everything else where it went through.
void commit(Body &body, const Program &p, ValueId refused, ValueId failed) {
  auto &b = body.b;
  auto taken = b.both(body.is_ok(refused), body.is_ok(failed));
  auto halts = b.both(body.is_ok(refused), b.negation(body.is_ok(failed)));
  body.becomes[p.halt_cell] = b.select(halts, failed, body.load(p.halt_cell));
  auto &slots = p.out.interface.state_layout.slots;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    auto old = body.load(i);
    auto at = body.becomes.find(i);
    auto next = at == body.becomes.end() ? old : i == p.halt_cell ? at->second : b.select(taken, at->second, old);
    auto place = slots[i].at;
    place.region = Region::next_state;
    b.store(place, b[next].boolean ? next : b.mul(next, b.number(power_of_ten(slots[i].type.scale))));
  }
  body.function.result = b.select(body.is_ok(refused), failed, refused);
}

} // namespace

void Program::step_function(StepInfo::Kind kind, int subject) {
  auto at = std::find_if(out.interface.steps.begin(), out.interface.steps.end(), [&](auto &s) { return s.kind == kind && s.subject == subject; });
  auto index = static_cast<std::size_t>(at - out.interface.steps.begin());
  for (bool traced : {false, true}) {
    auto &info = out.interface.steps[index];
    Body body(*this, info.symbol + (traced ? "_traced" : ""), ir::Shape::step);
    body.function.traced = traced;
    if (traced) body.sites = &info.sites;
    auto &b = body.b;
    auto on = body.load(info.layout.slots[0]), economic = body.load(info.layout.slots[1]);
    auto refuse_where = [&](ValueId refused, ValueId condition, Status s) {
      return b.select(body.is_ok(refused), b.select(condition, body.status(s), refused), refused);
    };
    // semantics.md, step: 1.
    auto refused = b.select(b.equal(body.load(version_cell), b.number(layout_version)), b.number(0), body.status(Status::layout_mismatch));
    auto halt_state = body.load(halt_cell);
    refused = b.select(body.is_ok(refused), b.fit(halt_state, {0, 8}), refused);
    if (out.interface.boundaries) {
      auto next = body.next_boundary(body.boundaries());
      refused = refuse_where(refused, b.less_equal(next, on), Status::tick_needed);
    }
    refused = refuse_where(refused, b.less(on, body.load(now_cell)), Status::out_of_order);
    auto wrong = b.either(b.less(on, economic), b.negation(b.inside(economic, {-719162, 2932896})));
    wrong = b.either(wrong, b.negation(b.inside(on, {-719162, 2932896})));
    if (m.effective) wrong = b.either(wrong, b.less(economic, b.number(*m.effective)));
    std::vector<Type> types;
    if (kind <= StepInfo::happens)
      for (auto &f : m.events[static_cast<std::size_t>(subject)].fields) types.push_back(f.type);
    if (kind == StepInfo::does) {
      auto &action = m.actions[static_cast<std::size_t>(subject)];
      types.push_back(Type{Type::party});
      if (action.by >= 0) wrong = b.either(wrong, b.negation(b.equal(body.load(info.layout.slots[2]), b.number(action.by))));
      for (auto &f : action.fields) types.push_back(f.type);
    }
    if (kind == StepInfo::pays) types.push_back(payments[static_cast<std::size_t>(subject)]->money);
    for (std::size_t k = 0; k < types.size(); ++k)
      wrong = b.either(wrong, b.negation(body.is_ok(body.input(info.layout.slots[k + 2], types[k]).status)));
    bool reported = kind <= StepInfo::happens;
    auto safe = b.fit(economic, {-719162, 2932896});
    auto safe_on = b.fit(on, {-719162, 2932896});
    if (reported)
      if (auto &each = m.events[static_cast<std::size_t>(subject)].each)
        wrong = b.either(wrong, b.negation(b.equal(body.period_last(body.period(safe, each->unit), each->unit), safe)));
    refused = refuse_where(refused, wrong, Status::input_out_of_range);
    if (reported)
      for (auto &cells : payments)
        if (cells && cells->closed && cells->shape->trigger == subject) {
          auto last_closed = b.sub(body.load(*cells->closed), b.number(cells->shape->restatable));
          refused =
              refuse_where(refused, b.less_equal(body.period(safe, cells->shape->each_period->period.unit), last_closed), Status::closed_period);
        }
    // 2.
    body.becomes[now_cell] = safe_on;
    body.becomes[seq_cell] = b.fit(b.add(body.load(seq_cell), b.number(1)), {-Integer(999999999999999999), 999999999999999999});
    Env env;
    env.today = safe;
    env.step = true;
    env.event = reported ? subject : -1;
    if (reported) {
      if (auto first = happened.find(subject); first != happened.end()) {
        auto known = body.load(first->second);
        body.becomes[first->second] = b.select(b.equal(known, b.number(no_day)), safe, known);
      }
      for (std::size_t t = 0; t < m.totals.size(); ++t) {
        auto &total = m.totals[t];
        if (total.event != subject) continue;
        auto field = body.input(info.layout.slots[static_cast<std::size_t>(total.field) + 2], types[static_cast<std::size_t>(total.field)]);
        auto counts = total.window == syntax::Total::since ? b.less_equal(b.number(total.since_day), safe) : b.truth(true);
        auto sum =
            body.store({body.status(Status::ok), b.add(body.load(totals[t]), b.select(counts, field.v, b.number(0))), {}}, total.type, std::nullopt);
        body.fail_with(sum.status);
        body.becomes[totals[t]] = sum.v;
        body.becomes[totals[t] + 1] = b.fit(b.add(body.load(totals[t] + 1), b.number(1)), {-Integer(999999999999999999), 999999999999999999});
      }
      for (std::size_t c = 0; c < payments.size(); ++c)
        if (payments[c] && payments[c]->shape->trigger == subject) body.pay(static_cast<int>(c), env, safe_on);
      for (std::size_t s = 0; s < m.states.size(); ++s) { // updates run last
        Rules rules;
        for (auto &u : m.states[s].updates)
          if (u.event == subject) rules.exceptions.push_back({"", u.condition, u.body, {}});
        if (rules.exceptions.empty()) continue;
        auto one = b.truth(false), two = b.truth(false);
        std::vector<ValueId> guards;
        Res next{body.status(Status::ok), body.load(states[s]), {}};
        for (auto &u : rules.exceptions) {
          auto c = u.condition ? body.eval(u.condition, env) : body.truth(b.truth(true));
          guards.push_back(c.status);
          auto wins = body.holds(c);
          two = b.either(two, b.both(one, wins));
          one = b.either(one, wins);
          next = body.select(wins, body.store(body.eval(u.body, env), m.states[s].type, m.rounding), next);
        }
        auto blocked = body.guard_join(guards);
        body.fail_with(b.select(body.is_ok(blocked), b.select(two, body.status(Status::conflict), next.status), blocked));
        body.becomes[states[s]] = next.v;
      }
    }
    if (kind == StepInfo::pays) {
      auto &cells = *payments[static_cast<std::size_t>(subject)];
      auto amount = body.input(info.layout.slots[2], cells.money);
      auto paid = body.money_fit(b.add(body.load(cells.paid), amount.v), cells.money);
      body.fail_with(paid.status);
      body.becomes[cells.paid] = paid.v;
    }
    refused = b.select(body.is_ok(refused), body.refusal, refused);
    info.readings.assign(body.read_groups.begin(), body.read_groups.end());
    commit(body, *this, refused, body.failure);
    body.finish();
  }
}

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
  commit(body, *this, b.fit(body.load(halt_cell), {0, 8}), b.number(0));
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
  first[version_cell] = b.number(layout_version);
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
