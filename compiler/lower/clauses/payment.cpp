// Payments (semantics.md rules 4 to 7 and 12): what an event adds, the stages it passes, the cells they keep.
#include "check/operators.h"
#include "lower/lowering.h"

namespace deal::lower {
namespace {

const PaymentVersion *payment_of(const Version &v) { return std::get_if<PaymentVersion>(&v.body); }

} // namespace

ValueId Body::period(ValueId day, Unit unit) { return b.call(ir::Call::period, {day, b.number(static_cast<int>(unit))}, {-800000, 3000000}); }

ValueId Body::period_last(ValueId period, Unit unit) {
  auto next = b.call(ir::Call::period_first, {b.add(period, b.number(1)), b.number(static_cast<int>(unit))}, {-800000, 3000000});
  return b.sub(next, b.number(1));
}

ValueId Body::close_day(const PaymentCells &c, ValueId period) {
  return b.add(period_last(period, c.shape->each_period->period.unit), b.number(c.shape->closes ? c.shape->closes->count : 0));
}

ValueId Body::blocked(const std::set<int> &parameters) {
  auto out = b.truth(false);
  for (int index : parameters) {
    read_parameters.insert(index);
    auto &slot = p.out.interface.parameter_layout.slots[static_cast<std::size_t>(index)];
    out = b.either(out, b.negation(b.flag({slot.at.region, *slot.known, Elem::i8})));
  }
  return out;
}

void Body::stage(int clause, Stage at, Figure figure, const ValueType &type, const Res &r, Span span) {
  note({.clause = clause, .stage = at, .figure = figure, .type = type, .span = span}, r);
}

void Body::condition(int clause, Stage at, const Res &r, Span span) {
  note({.kind = Site::truth, .clause = clause, .stage = at, .type = of(ValueType::integer), .span = span}, number(said(r)));
}

// The first of its parameters that is not disclosed.
void Body::standing(int clause, const PaymentCells &cells) {
  if (cells.parameters.empty()) return;
  auto names = of(ValueType::choice);
  auto first = b.number(0);
  for (auto at = cells.parameters.rbegin(); at != cells.parameters.rend(); ++at)
    first = b.select(blocked({*at}), b.number(static_cast<int>(std::distance(at, cells.parameters.rend()))), first);
  names.names.push_back("");
  for (int index : cells.parameters) names.names.push_back(m.parameters[static_cast<std::size_t>(index)].name);
  stage(clause, Stage::missing, Figure::value, names, number(first));
}

// A cap as it stood in the version of a day, rounded down to the minor unit; its status, and whether there is one.
Res Body::cap_at(const Clause &c, const PaymentCells &cells, std::int32_t day, const Env &env) {
  day = std::max(day, c.versions.front().from);
  const PaymentVersion *version = nullptr;
  for (auto &v : c.versions)
    if (v.from <= day) version = payment_of(v);
  if (!version || !version->cap) return {{}, {}, {}};
  Env fixed = env;
  fixed.fixed = day;
  return store(eval(version->cap, fixed), cells.money, Rounding::floor);
}

// Rule 5: the S of the pieces in date order over F and K. `as_of`: stop at the piece that holds that day.
Body::Fold Body::fold(const Clause &c, const PaymentCells &cells, const std::vector<ValueId> &pieces, const Env &env, ValueId as_of) {
  auto zero = b.number(0);
  auto positive = [&](ValueId x) { return b.max(zero, x); };
  ValueId A = zero, F = zero, K = zero, failed = status(Status::ok);
  Res cap{{}, {}, {}};
  std::map<std::int32_t, ValueId> stood;
  auto used = [&](const Res &limit) { return limit.v ? b.add(F, b.min(K, positive(limit.v))) : b.add(F, K); };
  Fold out{zero, zero, zero, b.truth(false), failed};
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    auto start = i == 0 ? always_from : cells.cuts[i - 1].first;
    auto next = cap_at(c, cells, start, env);
    const PaymentVersion *now = nullptr;
    for (auto &v : c.versions)
      if (v.from <= std::max(start, c.versions.front().from)) now = payment_of(v);
    auto counting = now && now->counting && now->counting->from ? std::optional(now->counting->from->day) : std::nullopt;
    if (i > 0) {
      auto u = used(cap);
      stood[start] = u;
      if (cells.cuts[i - 1].second) {
        if (!counting) F = zero, K = u;
        else if (*counting > start) F = u, K = zero;
        else F = stood.count(*counting) ? stood[*counting] : u, K = b.sub(u, F);
        if (next.v && cap.v) { // a lower cap than the one before it: what is above goes from K to F
          auto over = positive(b.sub(K, positive(next.v)));
          K = b.sub(K, over);
          F = b.add(F, over);
        }
      }
      if (std::find(c.restarts.begin(), c.restarts.end(), start) != c.restarts.end()) F = zero, K = zero;
    }
    cap = next;
    if (cap.v) failed = join(failed, cap.status);
    auto before = positive(used(cap));
    if (counting && start < *counting) F = b.add(F, pieces[i]);
    else K = b.add(K, pieces[i]);
    A = b.add(A, b.sub(positive(used(cap)), before));
    Fold here{A, K, cap.v ? cap.v : zero, b.truth(cap.v ? true : false), failed};
    if (!as_of || i == 0) {
      out = here;
      continue;
    }
    auto reached = b.less_equal(b.number(start), as_of);
    out = {b.select(reached, here.a, out.a), b.select(reached, here.k, out.k), b.select(reached, here.cap, out.cap),
           b.select(reached, here.has_cap, out.has_cap), b.select(reached, here.status, out.status)};
  }
  return out;
}

// What the event adds: each version's own amount under its own guard, the version chosen by the event's `for`.
Body::Given Body::given(const Clause &c, const PaymentCells &cells, const Env &env) {
  auto zero = number(b.number(0));
  auto &each = m.events[static_cast<std::size_t>(cells.shape->trigger)].each;
  auto dated_on = env.today;
  Given out{zero, zero, b.truth(false), dated_on};
  for (auto &v : c.versions) {
    Given here{zero, zero, b.truth(false), dated_on};
    if (auto *version = payment_of(v)) {
      auto in_force = since(v.from, env);
      if (&v != &c.versions.back()) in_force = b.both(in_force, b.negation(since((&v + 1)->from, env)));
      rate(env.paying, version->amount);
      auto conditions = within(in_force, [&] {
        std::vector<Res> all{in_term(c, v.common.term, env), guard(v.common, env, env.paying)};
        if (v.common.term.stated) condition(env.paying, Stage::term, all[0], v.common.span);
        return all;
      });
      if (each && version->part == syntax::PartLine::not_counted) {
        auto index = period(dated_on, each->unit);
        auto first = b.add(period_last(b.sub(index, b.number(1)), each->unit), b.number(1)), last = period_last(index, each->unit);
        for (auto edge : {first, last}) {
          Env at = env;
          at.today = edge;
          conditions.push_back(in_term(c, v.common.term, at));
        }
        conditions.push_back(truth(b.less_equal(b.number(v.from), first)));
        for (auto &later : c.versions)
          if (later.from > v.from) conditions.push_back(truth(b.less(last, b.number(later.from))));
        auto whole = parallel(true, {conditions.begin() + 2, conditions.end()});
        within(in_force, [&] { condition(env.paying, Stage::part, whole, v.common.span); });
      }
      auto applies = parallel(true, conditions);
      here.applies = holds(applies);
      auto amount = within(b.both(in_force, here.applies), [&] { return stored_money(eval(version->amount, env), *version, cells.money); });
      if (version->total >= 0) {
        // store(T after) - store(T before); the first event adds T(0) too.
        Env before = env;
        before.before = true;
        rate(-1, {});
        auto earlier = stored_money(eval(version->amount, before), *version, cells.money);
        auto first = b.equal(load(p.cell(p.totals[static_cast<std::size_t>(version->total)] + 1)), b.number(0));
        auto difference = arithmetic(BinaryOp::sub, amount, earlier);
        amount = select(first, amount, difference);
      }
      auto when = [&](const Res &r) {
        auto x = select(here.applies, r, zero);
        x.status = b.select(is_ok(applies.status), x.status, applies.status);
        return x;
      };
      here.entitlement = when(amount);
      auto limited = amount;
      for (auto &cap : version->each_event) {
        auto limit = store(eval(cap.amount, env), cells.money, Rounding::floor);
        auto top = b.max(b.number(0), limit.v);
        Res within_cap{join(limited.status, limit.status), b.max(b.negate(top), b.min(limited.v, top)), {}};
        within(b.both(in_force, here.applies), [&] {
          auto type = value_type(m, cells.money);
          auto span = m[cap.amount].span;
          stage(env.paying, Stage::cap_each_event, Figure::limit, type, limit, span);
          stage(env.paying, Stage::cap_each_event, Figure::cut, type, arithmetic(BinaryOp::sub, within_cap, limited), span);
        });
        limited = within_cap;
      }
      here.given = when(limited);
    }
    rate(-1, {});
    auto from = since(v.from, env);
    out = {select(from, here.entitlement, out.entitlement), select(from, here.given, out.given), b.select(from, here.applies, out.applies), dated_on};
  }
  if (each && std::any_of(c.versions.begin(), c.versions.end(), [](auto &v) {
        auto *q = payment_of(v);
        return q && q->part == syntax::PartLine::in_proportion;
      }))
    return in_proportion(c, cells, env);
  return out;
}

// Rule 7: each version's amount by the days of the period that it covers, one store, dated the last covered day.
Body::Given Body::in_proportion(const Clause &c, const PaymentCells &cells, const Env &env) {
  auto unit = m.events[static_cast<std::size_t>(cells.shape->trigger)].each->unit;
  auto index = period(env.today, unit);
  auto last = period_last(index, unit), first = b.add(period_last(b.sub(index, b.number(1)), unit), b.number(1));
  std::set<std::int32_t> cuts;
  for (auto &v : c.versions) {
    cuts.insert(v.from);
    auto *version = payment_of(v);
    if (!version) continue;
    for (auto id : {version->amount, v.common.guard.when, v.common.guard.unless})
      if (id)
        for_cone(m, id, [&](const Term &t) {
          if (auto *r = std::get_if<ParameterRef>(&t.node))
            for (auto &pv : m.parameters[static_cast<std::size_t>(r->parameter)].versions)
              if (pv.from > v.from) cuts.insert(pv.from);
          if (auto *d = std::get_if<DefinitionRef>(&t.node))
            for (auto &dv : m.definitions[static_cast<std::size_t>(d->definition)].versions)
              if (dv.from > v.from) cuts.insert(dv.from);
        });
  }
  Res sum = number(b.number(0));
  auto any = b.truth(false), covered = b.truth(false);
  auto dated_on = env.today;
  auto statuses = status(Status::ok);
  for (auto at = cuts.begin(); at != cuts.end(); ++at) {
    const Version *v = nullptr;
    for (auto &candidate : c.versions)
      if (candidate.from <= *at) v = &candidate;
    auto *version = v ? payment_of(*v) : nullptr;
    if (!version) continue;
    auto low = b.max(b.max(first, b.number(*at)), term_first(c, v->common.term));
    auto high = b.min(last, term_last(v->common.term));
    if (std::next(at) != cuts.end()) high = b.min(high, b.number(*std::next(at) - 1));
    auto days = b.fit(b.max(b.number(0), b.add(b.sub(high, low), b.number(1))), {0, 366});
    Env fixed = env;
    fixed.fixed = *at;
    auto covers = b.less(b.number(0), days);
    auto g = within(covers, [&] { return guard(v->common, fixed, env.paying); });
    auto applies = b.both(covers, holds(g));
    rate(env.paying, version->amount);
    auto x = within(applies, [&] { return eval(version->amount, fixed); });
    rate(-1, {});
    statuses =
        join(statuses, b.select(covers, b.select(is_ok(g.status), b.select(applies, x.status, status(Status::ok)), g.status), status(Status::ok)));
    auto part = select(applies, Res{status(Status::ok), b.mul(x.v, days), x.d}, number(b.number(0)));
    sum = arithmetic(BinaryOp::add, {status(Status::ok), sum.v, sum.d}, {status(Status::ok), part.v, part.d});
    covered = b.either(covered, covers);
    any = b.either(any, applies);
    dated_on = b.select(applies, high, dated_on);
  }
  condition(env.paying, Stage::term, truth(covered), c.versions.front().common.span);
  auto length = b.fit(b.add(b.sub(last, first), b.number(1)), {1, 366});
  auto whole = arithmetic(BinaryOp::div, sum, number(length));
  auto amount = stored_money({statuses, whole.v, whole.d}, *cells.shape, cells.money);
  auto zero = number(b.number(0));
  auto out = select(any, amount, zero);
  out.status = join(statuses, out.status);
  return {out, out, any, dated_on};
}

// What one event does to the cells of one payment.
void Body::pay(int index, const Env &env, ValueId on) {
  auto &c = m.clauses[static_cast<std::size_t>(index)];
  auto &cells = *p.payments[static_cast<std::size_t>(index)];
  auto stands = blocked(cells.parameters);
  auto keep = [&](std::size_t cell, ValueId next) { becomes[cell] = b.select(stands, load(cell), next); };
  auto statuses = status(Status::ok);
  auto check = [&](const Res &r) {
    statuses = join(statuses, r.status);
    return r.v;
  };
  standing(index, cells);
  auto runs = b.negation(stands);
  auto g = within(runs, [&] { return given(c, cells, env); });
  auto released = cells.released ? b.less(b.number(0), load(*cells.released)) : b.truth(false);
  if (cells.released) condition(index, Stage::released, truth(released), {});
  auto applies = b.both(g.applies, b.negation(released));
  auto zero = number(b.number(0));
  auto type = value_type(m, cells.money);
  auto money = [&](Stage at, Figure figure, ValueId v) { within(runs, [&] { stage(index, at, figure, type, number(v)); }); };
  statuses = join(statuses, g.entitlement.status);
  statuses = join(statuses, g.given.status);
  auto x = b.select(applies, g.given.v, zero.v);
  within(runs, [&] { stage(index, Stage::dated, Figure::value, of(ValueType::date), number(g.dated)); });
  money(Stage::amount, Figure::value, b.select(applies, g.entitlement.v, zero.v));
  auto entitlement = check(money_fit(b.add(load(cells.entitlement), b.select(applies, g.entitlement.v, zero.v)), cells.money));
  keep(cells.entitlement, entitlement);
  Env dated_env = env;
  dated_env.today = g.dated;
  if (!cells.ring.empty()) {
    auto unit = cells.shape->each_period->period.unit;
    auto now = period(g.dated, unit);
    auto limit = store(eval(cells.shape->each_period->amount, dated_env), cells.money, Rounding::floor);
    statuses = join(statuses, b.select(applies, limit.status, status(Status::ok)));
    auto top = b.max(b.number(0), limit.v);
    // A slot belongs to the period it names; any other content of it has closed.
    auto was = b.number(0);
    auto slots = b.number(static_cast<int>(cells.ring.size()));
    auto quotient = b.quantize(b.mul(now, b.number(1, static_cast<int>(cells.ring.size()))), {}, Rounding::floor, 1);
    auto place = b.sub(now, b.mul(quotient, slots));
    std::vector<ValueId> mine;
    for (std::size_t i = 0; i < cells.ring.size(); ++i) {
      mine.push_back(b.both(applies, b.equal(place, b.number(static_cast<int>(i)))));
      auto same = b.both(b.equal(place, b.number(static_cast<int>(i))), b.equal(load(cells.ring[i].first), now));
      was = b.select(same, load(cells.ring[i].second), was);
    }
    auto sum = check(money_fit(b.add(was, x), cells.money));
    for (std::size_t i = 0; i < cells.ring.size(); ++i) {
      keep(cells.ring[i].first, b.select(mine[i], now, load(cells.ring[i].first)));
      keep(cells.ring[i].second, b.select(mine[i], sum, load(cells.ring[i].second)));
    }
    auto before = x;
    x = b.select(applies, b.sub(b.min(sum, top), b.min(was, top)), zero.v);
    auto room = [&](ValueId used) { return b.max(zero.v, b.sub(top, b.max(zero.v, used))); };
    within(b.both(runs, is_ok(limit.status)), [&] {
      money(Stage::cap_each_period, Figure::limit, limit.v);
      money(Stage::cap_each_period, Figure::cut, b.sub(x, before));
      money(Stage::cap_each_period, Figure::room_before, room(was));
      money(Stage::cap_each_period, Figure::room_after, room(b.select(applies, sum, was)));
    });
  }
  std::vector<ValueId> before, after;
  for (std::size_t i = 0; i < cells.pieces.size(); ++i) {
    auto here = b.truth(true);
    if (i > 0) here = b.both(here, b.less_equal(b.number(cells.cuts[i - 1].first), g.dated));
    if (i < cells.cuts.size()) here = b.both(here, b.less(g.dated, b.number(cells.cuts[i].first)));
    before.push_back(load(cells.pieces[i]));
    after.push_back(check(money_fit(b.add(before[i], b.select(here, x, zero.v)), cells.money)));
    keep(cells.pieces[i], after[i]);
  }
  Env earlier = env;
  earlier.before = true;
  auto a0 = fold(c, cells, before, earlier, {}), a1 = fold(c, cells, after, env, {});
  statuses = join(statuses, b.select(applies, join(a0.status, a1.status), status(Status::ok)));
  auto accrued = load(cells.accrued);
  auto change = cells.shape->carries ? b.max(b.number(0), b.sub(a1.a, accrued)) : b.sub(a1.a, a0.a);
  auto earned = b.select(applies, change, zero.v);
  auto total = check(money_fit(b.add(accrued, earned), cells.money));
  bool capped = std::any_of(c.versions.begin(), c.versions.end(), [](auto &v) {
    auto *version = payment_of(v);
    return version && version->cap;
  });
  if (trace && capped) { // the cap that stands in the event's piece
    auto room = [&](const Fold &f) { return b.max(zero.v, b.sub(f.cap, b.max(zero.v, f.k))); };
    auto found = fold(c, cells, before, earlier, g.dated), left = fold(c, cells, after, env, g.dated);
    within(b.both(left.has_cap, is_ok(left.status)), [&] {
      money(Stage::cap_in_total, Figure::limit, left.cap);
      money(Stage::cap_in_total, Figure::room_before, room(found));
      money(Stage::cap_in_total, Figure::room_after, room(left));
    });
  }
  money(Stage::cap_in_total, Figure::cut, b.sub(earned, x));
  earned = check(money_fit(earned, cells.money));
  money(Stage::earned, Figure::value, earned);
  keep(cells.earned, earned);
  keep(cells.accrued, total);
  auto day = on;
  if (auto &rule = cells.shape->payable) day = b.add(period_last(period(g.dated, rule->after.unit), rule->after.unit), b.number(rule->count));
  auto dated_day = b.select(b.less(earned, b.number(0)), on, day);
  auto last = b.max(load(cells.payable_on), dated_day);
  within(b.both(runs, b.negation(b.equal(earned, zero.v))), [&] { stage(index, Stage::payable, Figure::value, of(ValueType::date), number(dated_day)); });
  keep(cells.payable_on, b.fit(b.select(b.equal(earned, b.number(0)), load(cells.payable_on), last), {INT32_MIN, INT32_MAX}));
  if (!cells.waits.empty()) money(Stage::waiting, Figure::value, wait(cells, earned, day, on, runs));
  fail_with(b.select(stands, status(Status::ok), statuses));
}

// Rule 12: amounts wait as (day, amount); a negative one reduces the latest waiting first.
// What was added to what waits, or taken off it.
ValueId Body::wait(const PaymentCells &cells, ValueId earned, ValueId day, ValueId on, ValueId acts) {
  auto zero = b.number(0);
  auto positive = b.less(zero, earned), negative = b.less(earned, zero);
  auto later_day = b.less(on, day);
  auto open = b.both(positive, later_day);
  auto rest = b.max(zero, b.negate(earned));
  auto n = cells.waits.size();
  std::vector<ValueId> days, amounts;
  for (auto &[d, a] : cells.waits) {
    days.push_back(load(d));
    amounts.push_back(b.select(b.less(on, days.back()), load(a), zero)); // what has come is no longer waiting
  }
  auto same = b.truth(false);
  for (std::size_t i = 0; i < n; ++i) same = b.either(same, b.both(b.equal(days[i], day), b.negation(b.equal(amounts[i], zero))));
  auto taken = b.truth(false);
  auto changed = b.select(open, earned, zero);
  Type money = cells.money;
  for (std::size_t i = 0; i < n; ++i) {
    auto empty = b.equal(amounts[i], zero);
    auto matches = b.both(b.negation(empty), b.equal(days[i], day));
    auto takes = b.both(open, b.either(matches, b.both(b.both(empty, b.negation(same)), b.negation(taken))));
    taken = b.either(taken, b.both(empty, b.negation(same)));
    auto latest = zero;
    for (std::size_t j = 0; j < n; ++j)
      if (j != i) latest = b.add(latest, b.select(b.less(days[i], days[j]), amounts[j], zero));
    auto part = b.max(zero, b.min(amounts[i], b.sub(rest, latest)));
    auto next = b.select(takes, b.add(amounts[i], earned), b.select(negative, b.sub(amounts[i], part), amounts[i]));
    changed = b.sub(changed, b.select(negative, part, zero));
    becomes[cells.waits[i].first] = b.select(b.both(acts, takes), b.fit(day, {INT32_MIN, INT32_MAX}), days[i]);
    becomes[cells.waits[i].second] = b.select(acts, store(number(next), money, std::nullopt).v, load(cells.waits[i].second));
  }
  auto full = b.both(b.both(open, acts), b.both(b.negation(same), b.negation(taken)));
  refusal = join(refusal, b.select(full, status(Status::too_many_open), status(Status::ok)));
  return changed;
}

Res Body::payment_word(int index, Word word, const Env &env) {
  auto &c = m.clauses[static_cast<std::size_t>(index)];
  auto &cells = *p.payments[static_cast<std::size_t>(index)];
  stateful = true;
  auto halt = env.step ? status(Status::ok) : load(p.halt_cell);
  auto result = [&](ValueId v, ValueId s, bool rests_on_parameters = true) {
    auto known = rests_on_parameters ? b.select(blocked(cells.parameters), status(Status::unknown), s) : s;
    auto whole = b.select(is_ok(halt), known, halt);
    return Res{b.select(since(c.versions.front().from, env), whole, status(Status::no_rule_applies)), v, {}};
  };
  auto ok = status(Status::ok);
  // In a step: another payment as after it, this one as before (rule 21).
  auto cell = [&](std::size_t which) {
    auto next = becomes.find(which);
    return !env.step || env.before || env.paying == index || next == becomes.end() ? load(which) : next->second;
  };
  auto payable = [&] {
    auto out = cell(cells.accrued);
    for (auto &[day, amount] : cells.waits) out = b.sub(out, b.select(b.less(today(env), cell(day)), cell(amount), b.number(0)));
    return out;
  };
  auto fitted = [&](ValueId v) {
    auto r = money_fit(v, cells.money);
    return result(r.v, r.status);
  };
  switch (word) {
  case Word::entitlement: return result(cell(cells.entitlement), ok);
  case Word::earned: return result(cell(cells.earned), ok);
  case Word::accrued: return result(cell(cells.accrued), ok);
  case Word::paid: return result(cell(cells.paid), ok, false);
  case Word::payable: return fitted(payable());
  case Word::owing: return fitted(b.sub(payable(), cell(cells.paid)));
  case Word::payable_on: {
    auto day = cell(cells.payable_on);
    auto none = b.equal(day, b.number(INT32_MIN));
    return result(b.fit(day, {-719162, 2932896}), b.select(none, status(Status::no_rule_applies), ok));
  }
  default: break;
  }
  std::vector<ValueId> pieces;
  for (auto piece : cells.pieces) pieces.push_back(cell(piece));
  auto f = fold(c, cells, pieces, env, today(env));
  auto zero = b.number(0);
  if (word == Word::counted) return result(b.select(f.has_cap, b.max(zero, b.min(f.k, f.cap)), zero), f.status);
  auto room = money_fit(b.max(zero, b.sub(f.cap, b.max(zero, f.k))), cells.money);
  return result(room.v, b.select(is_ok(f.status), b.select(f.has_cap, room.status, status(Status::no_rule_applies)), f.status));
}

} // namespace deal::lower
