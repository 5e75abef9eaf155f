// A guarantee each PERIOD (semantics.md rule 8, M8): a sum for each period that is still open; at its close what lacks is made up.
#include "lower/clauses/payment/periods.h"
#include <fmt/format.h>

namespace deal::lower {
namespace {

class Guarantee : public PaymentStage {
public:
  Guarantee(Program &p, ClauseId index, const Payment &payment, Period each)
      : each_(each), sums_(p, fmt::format("{}.{}.guarantee.", p.m.clauses[index].name, unit_words[static_cast<std::size_t>(each.unit)]),
                           open_at_once(*payment.shape, each), value_type(p.m, payment.money)) {}

  void pass(Passing &) const override;
  void start(Body &body, ValueId, std::map<std::size_t, ValueId> &first) const override { sums_.start(body, first); }
  bool makes_up(Period each) const override { return each == each_; }

private:
  struct Due {
    Res amount;                // of the guarantee
    ValueId covers, last;      // whether a day of the period is covered, and the last one that is
  };
  Due due(Passing &, ValueId period) const;
  const Limit *line(const Version &) const;

  Period each_;
  PeriodSums sums_;
};

const Limit *Guarantee::line(const Version &v) const {
  auto *p = payment_in(v);
  if (!p) return nullptr;
  for (auto &l : p->limits)
    if (l.at == Stage::guarantee && l.each == each_) return &l;
  return nullptr;
}

std::vector<TermId> guaranteed(const Version &v) {
  std::vector<TermId> out;
  for (auto &l : payment_in(v)->limits)
    if (l.at == Stage::guarantee) out.push_back(l.amount);
  return out;
}

// By the days that each version covers, or that of the last covered day; rounded up. Below zero it counts as nothing.
Guarantee::Due Guarantee::due(Passing &x, ValueId period) const {
  auto &body = x.body;
  auto &b = body.b;
  auto first = body.period_first(period, each_), last = body.period_last(period, each_);
  auto zero = body.number(b.number(0)), sum = zero, whole = zero;
  Due out{zero, b.truth(false), last};
  auto in_proportion = b.truth(false);
  for (auto &piece : pieces_of(body, x.clause, first, last, guaranteed)) {
    auto *l = line(*piece.version);
    auto covers = b.less(b.number(0), piece.days);
    out.covers = b.either(out.covers, covers);
    out.last = b.select(covers, piece.last, out.last);
    in_proportion = b.select(covers, b.truth(l && l->part == syntax::OfPart::in_proportion), in_proportion);
    auto amount = zero;
    if (l) {
      Env fixed = x.env;
      fixed.fixed = piece.at;
      amount = body.within(covers, [&] { return body.eval(l->amount, fixed); });
      amount = body.select(b.both(covers, b.negation(body.less(amount, zero))), amount, Res{b.select(covers, amount.status, zero.status), zero.v, {}});
    }
    sum = body.arithmetic(BinaryOp::add, sum, Res{amount.status, b.mul(amount.v, piece.days), amount.d});
    whole = body.select(covers, amount, whole);
  }
  auto length = b.fit(b.add(b.sub(last, first), b.number(1)), {1, 366});
  auto amount = body.select(in_proportion, body.arithmetic(BinaryOp::div, sum, body.number(length)), whole);
  amount.status = body.join(sum.status, whole.status);
  out.amount = body.store(amount, x.payment.money, Rounding::ceiling);
  return out;
}

// An event for a period that is open brings its amount; what the period comes to afterwards is the greater of the two.
void Guarantee::pass(Passing &x) const {
  auto &body = x.body;
  auto &b = body.b;
  auto zero = b.number(0);
  bool closes = x.env.close && x.env.close->each == each_ && !x.again();
  auto now = closes ? x.env.close->period : body.period(x.env.today, each_);
  auto &closings = x.payment.closings;
  auto closing = std::find_if(closings.begin(), closings.end(), [&](auto &c) { return c->each == each_; });
  auto over = closes ? b.truth(true) : x.payment.shape->restatable > 0 ? (*closing)->closed(body, now) : b.truth(false);
  auto owed = body.within(b.both(x.runs, over), [&] { return due(x, now); });
  if (closes) {
    auto applied = x.applies;
    Env last = x.env;
    last.today = b.fit(owed.last, {-719162, 2932896});
    auto guard = body.within(owed.covers, [&] {
      return body.by_version(x.clause.versions, last, body.truth(b.truth(false)), [&](const Version &v) { return body.guard(v.common, last); });
    });
    x.failure = body.join(x.failure, b.select(owed.covers, guard.status, body.status(Status::ok)));
    x.applies = b.either(x.applies, b.both(x.stands, b.both(owed.covers, body.holds(guard))));
    x.env.today = b.select(applied, x.env.today, last.today);
    if (x.payment.shape->each != each_)
      body.within(x.runs, [&] { body.stage(x.index, Stage::dated, Figure::value, of(ValueType::date), body.number(x.env.today)); });
  }
  x.needs(b.select(over, owed.amount.status, body.status(Status::ok)));
  auto at = sums_.at(body, now);
  auto sum = x.checked(body.money_fit(b.add(at.sum, x.amount), x.payment.money));
  sums_.keep(x, at, now, sum);
  auto before = closes ? at.sum : b.max(owed.amount.v, at.sum);
  auto given = b.select(x.applies, b.select(over, b.sub(b.max(owed.amount.v, sum), before), x.amount), zero);
  body.within(b.both(over, b.both(x.applies, body.is_ok(owed.amount.status))), [&] {
    x.figure(Stage::guarantee, Figure::limit, owed.amount.v);
    x.figure(Stage::guarantee, Figure::made_up, b.sub(given, x.amount));
  });
  x.amount = given;
}

} // namespace

// The shorter period stands and applies first.
void add_guarantees(Program &p, ClauseId index, Payment &payment) {
  for (auto &closing : payment.closings) {
    bool guaranteed_ = std::any_of(p.m.clauses[index].versions.begin(), p.m.clauses[index].versions.end(), [&](auto &v) {
      auto *version = payment_in(v);
      return version && std::any_of(version->limits.begin(), version->limits.end(),
                                    [&](auto &l) { return l.at == Stage::guarantee && l.each == closing->each; });
    });
    if (guaranteed_) payment.stages.push_back(std::make_unique<Guarantee>(p, index, payment, closing->each));
  }
}

} // namespace deal::lower
