// The share (semantics.md rules 4 and 7): what an event adds before any limit, under the version of its day.
#include "lower/clauses/payment/periods.h"

namespace deal::lower {
namespace {

class Share : public PaymentStage {
public:
  Share(Program &p, ClauseId index, const Payment &payment)
      : entitlement_(p.add_cell(p.m.clauses[index].name + ".entitlement", value_type(p.m, payment.money))) {}

  void pass(Passing &x) const override {
    auto &b = x.body.b;
    auto give = [&] { return in_proportion(x) ? by_days(x) : by_version(x); };
    auto given = x.body.within(x.runs, give);
    auto applies = given.applies;
    x.failure = x.body.join(x.failure, given.amount.status);
    x.amount = b.select(b.both(applies, x.applies), given.amount.v, b.number(0));
    if (x.again())
      x.before([&] {
        auto before = give();
        x.failure = x.body.join(x.failure, before.amount.status);
        x.was = b.select(b.both(before.applies, x.applies), before.amount.v, b.number(0));
        applies = b.either(applies, before.applies);
      });
    x.applies = b.both(applies, x.applies);
    x.env.today = given.dated;
    auto added = b.sub(x.amount, x.was);
    x.body.within(x.runs, [&] { x.body.stage(x.index, Stage::dated, Figure::value, of(ValueType::date), x.body.number(given.dated)); });
    x.figure(Stage::amount, Figure::value, added);
    x.keep(entitlement_, x.checked(x.body.money_fit(b.add(x.body.load(entitlement_), added), x.payment.money)));
  }
  std::optional<Res> word(const Asking &a, Word word) const override {
    if (word != Word::entitlement) return std::nullopt;
    return a.body.number(a.cell(entitlement_));
  }

private:
  struct Given {
    Res amount;
    ValueId applies, dated;
  };
  Given by_version(Passing &) const;
  Given by_days(Passing &) const;
  std::vector<Res> covers_the_period(Passing &, const Version &, Period) const;
  Res stored(Passing &, const PaymentVersion &) const;
  ValueId takes_nothing_off(Passing &, const PaymentVersion &, const Env &before) const;

  static const std::optional<Period> &each(const Passing &x) {
    auto &shape = *x.payment.shape;
    return shape.trigger ? x.body.m.events[shape.trigger].each : shape.each;
  }
  static bool in_proportion(const Passing &x) {
    return each(x) && std::any_of(x.clause.versions.begin(), x.clause.versions.end(), [](auto &v) {
             auto *q = payment_in(v);
             return q && q->part == syntax::PartLine::in_proportion;
           });
  }

  std::size_t entitlement_;
};

// `part periods not counted`: the term and this version hold on the first and on the last day of the period.
std::vector<Res> Share::covers_the_period(Passing &x, const Version &v, Period period) const {
  auto &body = x.body;
  auto &b = body.b;
  auto index = body.period(x.env.today, period);
  auto first = body.period_first(index, period), last = body.period_last(index, period);
  std::vector<Res> out;
  for (auto edge : {first, last}) {
    Env at = x.env;
    at.today = edge;
    out.push_back(body.in_term(x.clause, v.common.term, at));
  }
  out.push_back(body.truth(b.less_equal(b.number(v.from), first)));
  for (auto &later : x.clause.versions)
    if (later.from > v.from) out.push_back(body.truth(b.less(last, b.number(later.from))));
  return out;
}

// The amount of one version, stored; on a running total, store(T after) - store(T before).
Res Share::stored(Passing &x, const PaymentVersion &version) const {
  auto &body = x.body;
  body.rate(x.index, version.amount);
  auto amount = body.stored_money(body.eval(version.amount, x.env), version, x.payment.money);
  body.rate({}, {});
  if (!version.total) return amount;
  Env before = x.env;
  if (before.close) before.close->before = true;
  else before.before = true;
  auto earlier = body.stored_money(body.eval(version.amount, before), version, x.payment.money);
  return body.select(takes_nothing_off(x, version, before), amount, body.arithmetic(BinaryOp::sub, amount, earlier));
}

// The first event that a total sees adds T(0) too; so do the first close of a window, and that of a payment before which nothing came (M3).
ValueId Share::takes_nothing_off(Passing &x, const PaymentVersion &version, const Env &before) const {
  auto &body = x.body;
  auto &b = body.b;
  std::set<TotalId> totals{version.total};
  if (before.close)
    for_cone(body.m, version.amount, [&](const Term &t) {
      if (auto *total = std::get_if<TotalRef>(&t.node)) totals.insert(total->total);
    });
  auto nothing_came = b.truth(true);
  for (auto t : totals) nothing_came = b.both(nothing_came, b.equal(body.counted(t, before).events, b.number(0)));
  if (!before.close) return nothing_came;
  auto &[period, index, earlier] = *before.close;
  auto &closings = x.payment.closings;
  auto mine = std::find_if(closings.begin(), closings.end(), [&](auto &c) { return c->each == period; });
  auto first = b.both(b.equal(index, (*mine)->first(body)), nothing_came);
  auto &window = body.m.totals[version.total].each;
  if (!window) return first;
  return b.either(first, b.equal(body.period_first(index, period), body.period_first(body.period(body.period_last(index, period), *window), *window)));
}

Share::Given Share::by_version(Passing &x) const {
  auto &body = x.body;
  auto &b = body.b;
  auto zero = body.number(b.number(0));
  Given out{zero, b.truth(false), x.env.today};
  for (auto &v : x.clause.versions) {
    Given here{zero, b.truth(false), x.env.today};
    auto from = body.since(v.from, x.env);
    auto in_force = from;
    if (&v != &x.clause.versions.back()) in_force = b.both(in_force, b.negation(body.since((&v + 1)->from, x.env)));
    if (auto *version = payment_in(v))
      body.within(in_force, [&] {
        std::vector<Res> conditions{body.in_term(x.clause, v.common.term, x.env), body.guard(v.common, x.env, x.index)};
        if (v.common.term.stated) body.condition(x.index, Stage::term, conditions[0], v.common.span);
        if (each(x) && version->part == syntax::PartLine::not_counted) {
          auto whole = covers_the_period(x, v, *each(x));
          body.condition(x.index, Stage::part, body.parallel(true, whole), v.common.span);
          conditions.insert(conditions.end(), whole.begin(), whole.end());
        }
        auto applies = body.parallel(true, conditions);
        here.applies = body.holds(applies);
        auto amount = body.within(here.applies, [&] { return stored(x, *version); });
        here.amount = body.select(here.applies, amount, zero);
        here.amount.status = b.select(body.is_ok(applies.status), here.amount.status, applies.status);
      });
    out = {body.select(from, here.amount, out.amount), b.select(from, here.applies, out.applies), out.dated};
  }
  return out;
}

std::vector<TermId> amount_and_guard(const Version &v) { return {payment_in(v)->amount, v.common.guard.when, v.common.guard.unless}; }

// Rule 7: each version's amount by the days of the period that it covers, one store, dated the last covered day.
Share::Given Share::by_days(Passing &x) const {
  auto &body = x.body;
  auto &b = body.b;
  auto &c = x.clause;
  auto index = body.period(x.env.today, *each(x));
  auto last = body.period_last(index, *each(x)), first = body.period_first(index, *each(x));
  auto zero = body.number(b.number(0)), sum = zero;
  auto any = b.truth(false), covered = b.truth(false);
  auto dated = x.env.today;
  auto failure = body.status(Status::ok), ok = failure;
  for (auto &piece : pieces_of(body, c, first, last, amount_and_guard)) {
    auto *v = piece.version;
    auto *version = payment_in(*v);
    auto days = piece.days;
    Env fixed = x.env;
    fixed.fixed = piece.at;
    auto covers = b.less(b.number(0), days);
    auto guard = body.within(covers, [&] { return body.guard(v->common, fixed, x.index); });
    auto applies = b.both(covers, body.holds(guard));
    body.rate(x.index, version->amount);
    auto amount = body.within(applies, [&] { return body.eval(version->amount, fixed); });
    body.rate({}, {});
    auto status = b.select(body.is_ok(guard.status), b.select(applies, amount.status, ok), guard.status);
    failure = body.join(failure, b.select(covers, status, ok));
    sum = body.arithmetic(BinaryOp::add, sum, body.select(applies, Res{ok, b.mul(amount.v, days), amount.d}, zero));
    covered = b.either(covered, covers);
    any = b.either(any, applies);
    dated = b.select(applies, piece.last, dated);
  }
  body.condition(x.index, Stage::term, body.truth(covered), c.versions.front().common.span);
  auto length = b.fit(b.add(b.sub(last, first), b.number(1)), {1, 366});
  auto whole = body.arithmetic(BinaryOp::div, sum, body.number(length));
  auto amount = body.select(any, body.stored_money({failure, whole.v, whole.d}, *x.payment.shape, x.payment.money), zero);
  amount.status = body.join(failure, amount.status);
  return {amount, any, dated};
}

} // namespace

void add_share(Program &p, ClauseId index, Payment &payment) { payment.stages.push_back(std::make_unique<Share>(p, index, payment)); }

} // namespace deal::lower
