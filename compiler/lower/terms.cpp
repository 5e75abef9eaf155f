// Terms: one case for each node of the checked tree.
#include "lower/lowering.h"
#include "support/match.h"
#include <fmt/format.h>

namespace deal::lower {
namespace {

constexpr int year_bases[] = {365, 360, 133590, 360, 360};
constexpr std::int64_t days_of_history = 3652059;

} // namespace

ValueId Body::today(const Env &env) {
  if (env.fixed) return b.number(*env.fixed);
  if (!env.step) dated = true;
  return env.today;
}

ValueId Body::since(std::int32_t day, const Env &env) {
  if (day == always_from) return b.truth(true);
  return b.less_equal(b.number(day), today(env));
}

ValueId Body::load(const Slot &s) {
  if (s.at.elem == Elem::i32) return b.load(s.at, {INT32_MIN, INT32_MAX});
  if (s.at.elem == Elem::i8) return b.load(s.at, {-128, 127});
  return b.load(s.at, {INT64_MIN, INT64_MAX});
}

// A cell holds what a store made of it: its interval is its type's.
ValueId Body::load(std::size_t index) {
  auto &s = p.cell(index);
  if (s.type.base == ValueType::boolean) return b.flag(s.at);
  if (s.at.elem == Elem::i32) return b.load(s.at, {INT32_MIN, INT32_MAX});
  auto raw = b.load(s.at, {-Integer(999999999999999999), 999999999999999999});
  return s.type.scale > 0 ? b.mul(raw, b.number(1, power_of_ten(s.type.scale))) : raw;
}

Res Body::cell_value(std::size_t index) {
  stateful = true;
  return {load(p.halt_cell), load(index), {}};
}

// What was given, if it was and lies in its range.
Res Body::input(const Slot &s, const Type &t) {
  auto given = s.known ? b.flag({s.at.region, *s.known, Elem::i8}) : b.truth(true);
  auto unknown = [&](ValueId fits) {
    return b.select(given, b.select(fits, status(Status::ok), status(Status::input_out_of_range)), status(Status::unknown));
  };
  if (t.base == Type::boolean) return {unknown(b.truth(true)), b.flag(s.at), {}};
  auto raw = load(s);
  if (t.base == Type::ratio) {
    auto below = b.load({s.at.region, s.at.offset + 8, Elem::i64}, {INT64_MIN, INT64_MAX});
    Interval n{-Integer(999999999999999999), 999999999999999999}, d{1, 1000000000};
    Res value{status(Status::ok), b.fit(raw, n), b.fit(below, d)};
    auto fits = b.both(b.inside(raw, n), b.inside(below, d));
    auto bound = [&](const Rational &r) { return number(b.number(numerator(r), denominator(r))); };
    if (t.low) fits = b.both(fits, b.negation(less(value, bound(*t.low))));
    if (t.high) fits = b.both(fits, b.negation(less(bound(*t.high), value)));
    return {unknown(fits), value.v, value.d};
  }
  Interval range = limits(t);
  if (t.base == Type::text) range = {0, INT32_MAX};
  if (t.base == Type::choice || t.base == Type::party || t.base == Type::asset) range = {0, static_cast<int>(s.type.names.size()) - 1};
  auto value = b.fit(raw, range);
  if (s.type.scale > 0) value = b.mul(value, b.number(1, power_of_ten(s.type.scale)));
  return {unknown(b.inside(raw, range)), value, {}};
}

Res Body::parameter(ParameterId index, const Env &env) {
  auto &par = m.parameters[index];
  return by_version(par.versions, env, failed(Status::no_rule_applies, par.type), [&](const ParameterVersion &v) {
    Res r = v.value ? constant({Status::ok, *v.value}, par.type) : failed(Status::unknown, par.type);
    if (v.from == always_from) {
      read_parameters.insert(index);
      r = input(p.out.interface.parameter_layout.slots[index.index], par.type);
    }
    auto site = read(Site::parameter, par.name, value_type(m, par.type), index);
    site.version = static_cast<int>(&v - par.versions.data());
    note(std::move(site), r);
    return r;
  });
}

Argument Body::argument(TermId id, const Env &env) {
  if (auto *a = std::get_if<ArgumentRef>(&m[id].node); a && env.arguments) return (*env.arguments)[static_cast<std::size_t>(a->index)];
  Argument out{eval(id, env), std::nullopt, -1};
  if (auto c = m.constant(id); c && c->status == Status::ok) {
    if (auto *t = std::get_if<std::string>(&c->value)) out.constant = *t;
    else if (auto *flag = std::get_if<bool>(&c->value)) out.constant = Rational(*flag ? 1 : 0);
    else out.constant = std::get<Rational>(c->value);
  }
  return out;
}

namespace {

Keyed keyed(Keyed::Kind kind, SomeId index, PartyId party, const std::vector<Argument> &arguments) {
  Keyed out{kind, index.number(), party.number(), {}, {}, 0};
  for (auto &a : arguments) {
    out.arguments.push_back(a.constant ? -1 : a.index);
    out.constants.push_back(a.constant.value_or(Constant(Rational(0))));
  }
  return out;
}

bool constant_key(const Keyed &k) {
  return std::all_of(k.arguments.begin(), k.arguments.end(), [](int a) { return a < 0; });
}

} // namespace

Res Body::fact(const FactRef &n, const Env &env) {
  auto &fact = m.facts[n.fact];
  std::vector<Argument> arguments;
  auto worst = status(Status::ok);
  for (auto key : n.keys) {
    arguments.push_back(argument(key, env));
    worst = join(worst, arguments.back().value.status);
  }
  auto k = keyed(Keyed::fact, n.fact, {}, arguments);
  Res r;
  if (constant_key(k)) {
    auto slot = p.fact_slot(k);
    read_facts.insert(slot);
    r = input(p.out.interface.fact_layout.slots[slot], fact.type);
  } else {
    auto &q = *env.question;
    auto at = std::find_if(q.inputs.begin(), q.inputs.end(), [&](auto &i) {
      return i.kind == k.kind && i.index == k.index && i.arguments == k.arguments && i.constants == k.constants;
    });
    if (at == q.inputs.end()) {
      k.slot = add_slot(q.layout, Region::question, keyed_name(fact.name, q.inputs.size()), value_type(m, fact.type), true);
      q.inputs.push_back(k);
      at = q.inputs.end() - 1;
    }
    r = input(q.layout.slots[at->slot], fact.type);
  }
  r.status = b.select(is_ok(worst), r.status, worst);
  auto site = read(Site::fact, fact.name, value_type(m, fact.type), n.fact);
  site.key = std::move(k);
  note(std::move(site), r);
  return r;
}

// An act happened if its first day is on or before today's.
Res Body::occurred(ActionId action, PartyId party, const std::vector<Argument> &arguments, const Env &env) {
  auto worst = status(Status::ok);
  for (auto &a : arguments) worst = join(worst, a.value.status);
  auto k = keyed(Keyed::occurrence, action, party, arguments);
  ValueType date;
  date.base = ValueType::date;
  ValueId first;
  auto name = m.actions[action].name + ".first";
  if (constant_key(k)) {
    auto slot = p.fact_slot(k);
    read_facts.insert(slot);
    first = load(p.out.interface.fact_layout.slots[slot]);
  } else {
    auto &q = *env.question;
    auto at = std::find_if(q.inputs.begin(), q.inputs.end(), [&](auto &i) {
      return i.kind == k.kind && i.index == k.index && i.party == k.party && i.arguments == k.arguments && i.constants == k.constants;
    });
    if (at == q.inputs.end()) {
      k.slot = add_slot(q.layout, Region::question, keyed_name(name, q.inputs.size()), date, false);
      q.inputs.push_back(k);
      at = q.inputs.end() - 1;
    }
    first = load(q.layout.slots[at->slot]);
  }
  auto site = read(Site::occurrence, m.actions[action].name, date, action);
  site.key = std::move(k);
  note(std::move(site), {worst, first, {}});
  return {worst, b.less_equal(first, today(env)), {}};
}

Res Body::reading(const ReadingChoice &n, const Env &env) {
  auto g = n.group;
  read_groups.insert(n.group);
  auto taken = [&](std::size_t choice) {
    auto body = n.bodies[choice];
    auto site = read(Site::reading, m.readings[g].names[choice].name, of(ValueType::boolean), n.group);
    site.version = static_cast<int>(choice);
    site.text = p.quote(m[body].span);
    note(std::move(site), truth(b.truth(true)));
    return eval(body, env);
  };
  if (!env.step && function.shape != ir::Shape::definition) return taken(static_cast<std::size_t>(assumed[g]));
  auto chosen = b.load({Region::readings, n.group.index, Elem::i8}, {-128, 127});
  Res out = failed(Status::readings_differ, m.type(n.bodies[0]));
  for (std::size_t i = 0; i < n.bodies.size(); ++i) {
    auto here = b.equal(chosen, b.number(static_cast<int>(i) + 1));
    out = select(here, within(here, [&] { return taken(i); }), out);
  }
  return out;
}

Res Body::rules(const Rules &r, const Definition &d, const Env &env) {
  auto n = r.exceptions.size();
  std::vector<Res> conditions;
  for (auto &e : r.exceptions) conditions.push_back(eval(e.condition, env));
  auto two = b.truth(false), one = b.truth(false);
  std::vector<ValueId> guards, wins;
  for (std::size_t i = 0; i < n; ++i) {
    auto dropped = b.truth(false);
    for (int j : r.overridden_by[i]) dropped = b.either(dropped, holds(conditions[static_cast<std::size_t>(j)]));
    guards.push_back(b.select(dropped, status(Status::ok), conditions[i].status));
    auto win = b.both(b.negation(dropped), holds(conditions[i]));
    two = b.either(two, b.both(one, win));
    one = b.either(one, win);
    wins.push_back(win);
    auto site = read(Site::exception, r.exceptions[i].name, of(ValueType::boolean), static_cast<int>(i));
    site.span = r.exceptions[i].span;
    site.row = p.row_of(site.span);
    site.text = d.name;
    note(std::move(site), {guards.back(), win, {}});
  }
  auto blocked_by = guard_join(guards);
  auto decided = b.both(is_ok(blocked_by), b.negation(two));
  Res body = failed(Status::no_rule_applies, d.type);
  if (r.base) body = within(b.both(decided, b.negation(one)), [&] { return eval(r.base, env); });
  for (std::size_t i = 0; i < n; ++i) body = select(wins[i], within(b.both(decided, wins[i]), [&] { return eval(r.exceptions[i].body, env); }), body);
  body.status = b.select(is_ok(blocked_by), b.select(two, status(Status::conflict), body.status), blocked_by);
  if (n > 0) { // which rule: 1 the base, 2 and on the exceptions in order, 0 none
    ValueType which;
    which.base = ValueType::choice;
    which.names = {"none", "the base"};
    auto rule = b.number(r.base ? 1 : 0);
    for (std::size_t i = 0; i < n; ++i) {
      which.names.push_back(r.exceptions[i].name.empty() ? fmt::format("exception {}", i + 1) : "exception " + r.exceptions[i].name);
      rule = b.select(wins[i], b.number(static_cast<int>(i) + 2), rule);
    }
    auto site = read(Site::rule, d.name, which);
    site.span = r.exceptions[0].span;
    note(std::move(site), number(b.select(decided, rule, b.number(0))));
  }
  return body;
}

// That a definition is read at the place at hand, and what it came to: an abbreviation has no figure of its own.
void Body::note_definition(DefinitionId index, const Res &r) {
  auto &d = m.definitions[index];
  bool stored = is_storable(d.type);
  note(read(Site::definition, d.name, stored ? value_type(m, d.type) : of(ValueType::boolean), index),
       stored ? r : Res{r.status, b.truth(true), {}});
}

// A definition as it is made in this function, once.
const Body::Made &Body::made(DefinitionId index, const Env &env) {
  auto key = std::pair{index, env};
  if (auto at = definitions_.find(key); at != definitions_.end()) return at->second;
  make_below(index, env);
  auto &d = m.definitions[index];
  auto make = [&] {
    if (recalls(index, env)) return recalled(index, env);
    auto r = by_version(d.versions, env, failed(Status::no_rule_applies, d.type), [&](const DefinitionVersion &v) {
      return at({Place::whole, -1, index.number(), static_cast<int>(&v - d.versions.data())}, [&] {
        auto x = rules(v.rules, d, env);
        return is_storable(d.type) ? store(x, d.type, d.rounding) : x;
      });
    });
    if (is_storable(d.type)) note({.name = d.name, .type = value_type(m, d.type), .span = d.span}, r);
    return r;
  };
  auto [value, frame] = trace ? trace->once(make) : std::pair{make(), std::size_t{0}};
  return definitions_[key] = {value, frame};
}

Res Body::definition(DefinitionId index, const Env &env) {
  auto &[value, frame] = made(index, env);
  if (trace) trace->reads(frame);
  note_definition(index, value);
  return value;
}

Res Body::eval(TermId id, const Env &env) {
  auto &term = m[id];
  auto boolean = [&](ValueId s, ValueId v) { return Res{s, v, {}}; };
  return match(
      term.node, [&](const check::Constant &n) { return constant(n.outcome, m.types[term.type]); },
      [&](const UnknownTerm &) { return failed(Status::unknown, m.types[term.type]); }, [&](const ParameterRef &n) { return parameter(n.parameter, env); },
      [&](const FactRef &n) { return fact(n, env); },
      [&](const FieldRef &n) {
        for (auto &s : p.out.interface.steps)
          if (s.kind <= StepInfo::happens && s.subject == n.event.number()) {
            auto r = input(s.layout.slots[static_cast<std::size_t>(n.field) + 2],
                           m.events[n.event].fields[static_cast<std::size_t>(n.field)].type);
            return Res{status(Status::ok), r.v, r.d}; // the step refused what is out of range
          }
        return failed(Status::no_rule_applies, m.types[term.type]);
      },
      [&](const ArgumentRef &n) {
        auto &asked = (*env.arguments)[static_cast<std::size_t>(n.index)].value;
        auto &action = m.actions[env.action];
        note(read(Site::argument, action.fields[static_cast<std::size_t>(n.index)].name, value_type(m, m.types[term.type]), n.index), asked);
        return asked;
      },
      [&](const TodayRef &) {
        auto r = number(today(env));
        note(read(Site::today, "today", of(ValueType::date), 0), r);
        return r;
      }, [&](const DefinitionRef &n) { return definition(n.definition, env); },
      [&](const StateRef &n) {
        auto s = n.state;
        auto r = cell_value(p.states[s]);
        if (env.step) r.status = status(Status::ok); // a step that runs has not halted
        r.status = b.select(is_ok(r.status), b.select(blocked(p.state_parameters[s]), status(Status::unknown), r.status), r.status);
        note(read(Site::state, m.states[s].name, value_type(m, m.states[s].type), n.state), r);
        return r;
      },
      [&](const TotalRef &n) {
        auto r = total(n, env);
        note(read(Site::total, p.quote(term.span), value_type(m, m.types[term.type]), n.total), r);
        return r;
      }, [&](const Not &n) { return negated(eval(n.operand, env)); },
      [&](const Negate &n) {
        auto x = eval(n.operand, env);
        return Res{x.status, b.negate(x.v), x.d};
      },
      [&](const Logic &n) {
        return together(n.conjunction, {[&] { return eval(n.left, env); }, [&] { return eval(n.right, env); }});
      },
      [&](const Compare &n) {
        auto x = eval(n.left, env), y = eval(n.right, env);
        auto s = join(x.status, y.status);
        switch (n.op) {
        case BinaryOp::eq: return boolean(s, equal(x, y));
        case BinaryOp::ne: return boolean(s, b.negation(equal(x, y)));
        case BinaryOp::lt: return boolean(s, less(x, y));
        case BinaryOp::le: return boolean(s, b.negation(less(y, x)));
        case BinaryOp::gt: return boolean(s, less(y, x));
        default: return boolean(s, b.negation(less(x, y)));
        }
      },
      [&](const Arithmetic &n) {
        auto x = eval(n.left, env), y = eval(n.right, env);
        if (auto at = rates_.find(id); at != rates_.end()) note_rate(at->second, x, y);
        return arithmetic(n.op, x, y);
      },
      [&](const If &n) {
        auto c = eval(n.condition, env);
        auto then = within(holds(c), [&] { return eval(n.then, env); });
        auto otherwise = within(holds(negated(c)), [&] { return eval(n.otherwise, env); });
        auto r = select(c.v, then, otherwise);
        r.status = b.select(is_ok(c.status), r.status, c.status);
        return r;
      },
      [&](const Case &n) {
        auto s = eval(n.subject, env);
        Res out{};
        for (auto &[labels, arm] : n.arms) { // exhaustive: the first stands where no other does
          auto here = b.truth(false);
          for (int label : labels) here = b.either(here, b.equal(s.v, b.number(label)));
          auto value = within(b.both(is_ok(s.status), here), [&] { return eval(arm, env); });
          out = out.v ? select(here, value, out) : value;
        }
        out.status = b.select(is_ok(s.status), out.status, s.status);
        return out;
      },
      [&](const Extreme &n) {
        auto best = eval(n.items[0], env);
        for (std::size_t i = 1; i < n.items.size(); ++i) {
          auto x = eval(n.items[i], env);
          auto s = join(best.status, x.status);
          best = select(n.highest ? less(best, x) : less(x, best), x, best);
          best.status = s;
        }
        return best;
      },
      [&](const Clamp &n) {
        auto x = eval(n.subject, env);
        auto side = b.number(0);
        auto bound = [&](TermId at, bool low) {
          if (!at) return;
          auto y = eval(at, env);
          auto s = join(x.status, y.status);
          auto takes = low ? less(x, y) : less(y, x);
          side = b.select(takes, b.number(low ? 1 : 2), side);
          x = select(takes, y, x);
          x.status = s;
        };
        bound(n.low, true);
        bound(n.high, false);
        ValueType sides;
        sides.base = ValueType::choice;
        sides.names = {"within its bounds", "at its low bound", "at its high bound"};
        auto site = read(Site::clamp, "bounded", sides);
        site.span = term.span, site.text = p.quote(term.span), site.row = p.row_of(term.span);
        note(site, {x.status, side, {}});
        auto type = m.types[term.type];
        type.bare = false;
        if (!x.d && is_storable(type)) { // as its type would store it
          site.kind = Site::bound, site.type = value_type(m, type);
          note(site, {x.status, b.quantize(x.v, {}, Rounding::half_even, power_of_ten(site.type.scale)), {}});
        }
        return x;
      },
      [&](const Round &n) {
        auto x = eval(n.subject, env);
        return Res{x.status, b.quantize(x.v, x.d, n.mode, power_of_ten(n.places)), {}};
      },
      [&](const Power &n) {
        auto base = eval(n.base, env);
        Res out{base.status, b.number(1), {}};
        for (int i = 0; i < std::abs(n.exponent); ++i) out = arithmetic(BinaryOp::mul, out, base);
        return n.exponent < 0 ? arithmetic(BinaryOp::div, {base.status, b.number(1), {}}, out) : out;
      },
      [&](const DateAdd &n) {
        auto day = eval(n.date, env), by = eval(n.amount, env);
        auto s = join(day.status, by.status);
        auto amount = n.backward ? b.negate(by.v) : by.v;
        bool months = m.type(n.amount).base == Type::months;
        auto whole = b.quantize(amount, by.d, Rounding::down, 1);
        auto exact = equal({s, whole, {}}, {s, amount, by.d});
        whole = b.fit(whole, {-Integer(4) * days_of_history * 86400, Integer(4) * days_of_history * 86400});
        constexpr int none = -1000000000;
        auto moved = months ? b.call(ir::Call::add_months, {day.v, whole, b.number(m.month_end_up.value_or(false) ? 1 : 0)}, {none, 2932896})
                            : b.call(ir::Call::add_days, {day.v, whole}, {none, 2932896});
        // A span that was cut to fit leads out of range from any day.
        auto fits = b.both(exact, b.less(b.number(none), moved));
        return Res{
            b.select(is_ok(s), b.select(fits, status(Status::ok), status(Status::date_out_of_range)), s), b.fit(moved, {-719162, 2932896}), {}};
      },
      [&](const DateDifference &n) {
        auto x = eval(n.later, env), y = eval(n.earlier, env);
        return Res{join(x.status, y.status), b.mul(b.sub(x.v, y.v), b.number(86400)), {}};
      },
      [&](const WholeIn &n) {
        auto x = eval(n.duration, env);
        auto per = b.mul(x.v, b.number(1, unit_sizes[static_cast<std::size_t>(n.unit)]));
        return Res{x.status, b.quantize(per, x.d, Rounding::down, 1), {}};
      },
      [&](const WholeBetween &n) {
        auto x = eval(n.from, env), y = eval(n.to, env);
        auto s = join(x.status, y.status);
        Integer size = unit_sizes[static_cast<std::size_t>(n.unit)];
        if (is_calendar(n.unit))
          return Res{s,
                     b.call(ir::Call::whole_months, {x.v, y.v, b.number(size), b.number(m.month_end_up.value_or(false) ? 1 : 0)},
                            {-days_of_history, days_of_history}),
                     {}};
        return Res{s, b.quantize(b.mul(b.sub(y.v, x.v), b.number(86400, size)), {}, Rounding::down, 1), {}};
      },
      [&](const Years &n) {
        auto x = eval(n.from, env), y = eval(n.to, env);
        auto convention = static_cast<std::size_t>(n.convention);
        auto parts =
            b.call(ir::Call::year_parts, {x.v, y.v, b.number(static_cast<int>(convention))}, {-Integer(10000) * 133590, Integer(10000) * 133590});
        return Res{join(x.status, y.status), b.mul(parts, b.number(1, year_bases[convention])), {}};
      },
      [&](const InYear &n) {
        auto x = eval(n.date, env);
        auto first = b.call(ir::Call::period, {x.v, b.number(static_cast<int>(Unit::year))}, {-1970, 8029});
        return boolean(x.status, b.equal(first, b.number(n.year - 1970)));
      },
      [&](const Occurred &n) {
        std::vector<Argument> arguments;
        for (auto a : n.arguments) arguments.push_back(argument(a, env));
        return occurred(n.action, {}, arguments, env);
      },
      [&](const ClauseTerm &n) {
        auto r = clause_word(n, env);
        note(read(Site::word, word_name(m, n), value_type(m, m.types[term.type]), n.clause), r);
        return r;
      },
      [&](const Question &n) {
        std::vector<Argument> arguments;
        for (auto a : n.arguments) arguments.push_back(argument(a, env));
        return question(n.must, eval(n.party, env).v, n.action, arguments, env);
      },
      [&](const ReadingChoice &n) { return reading(n, env); });
}

} // namespace deal::lower
