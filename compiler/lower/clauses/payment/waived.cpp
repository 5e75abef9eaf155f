// What is waived or deferred (semantics.md rules 6, 12 and M5), before every cap, under the version of the amount's day.
#include "lower/clauses/payment/stages.h"

namespace deal::lower {
namespace {

// Whether the condition holds; without a line it does not.
ValueId holds(Passing &x, TermId PaymentVersion::*line, Stage stage) {
  auto &body = x.body;
  auto none = body.truth(body.b.truth(false));
  auto found = body.within(body.b.both(x.runs, x.applies), [&] {
    return body.by_version(x.clause.versions, x.env, none, [&](const Version &v) {
      auto *version = payment_in(v);
      if (!version || !(version->*line)) return none;
      auto condition = body.eval(version->*line, x.env);
      body.condition(x.index, stage, condition, body.m[version->*line].span);
      return condition;
    });
  });
  x.needs(found.status);
  return body.b.both(x.applies, body.holds(found));
}

class Waived : public PaymentStage {
public:
  void pass(Passing &x) const override {
    auto &b = x.body.b;
    auto given = b.select(holds(x, &PaymentVersion::waived, Stage::waived), b.number(0), x.amount);
    auto was = x.was;
    if (x.again())
      x.before([&] { was = b.select(holds(x, &PaymentVersion::waived, Stage::waived), b.number(0), x.was); });
    x.figure(Stage::waived, Figure::cut, b.sub(b.sub(given, was), b.sub(x.amount, x.was)));
    x.amount = given, x.was = was;
  }
};

// Rule 7: an event for a period that has closed adds what the period now comes to less what it came to.
class ReckonedAgain : public PaymentStage {
public:
  void pass(Passing &x) const override {
    if (x.again()) x.amount = x.body.b.sub(x.amount, x.was);
  }
};

// What is deferred goes into a pool; the next step at which the condition is false takes all of it.
class Deferred : public PaymentStage {
public:
  Deferred(Program &p, ClauseId index, const Payment &payment)
      : pool_(p.add_cell(p.m.clauses[index].name + ".deferred", value_type(p.m, payment.money))) {}

  void pass(Passing &x) const override {
    auto &b = x.body.b;
    auto zero = b.number(0), pool = x.body.load(pool_);
    auto waits = holds(x, &PaymentVersion::deferred, Stage::deferred);
    auto all = b.add(pool, x.amount);
    auto left = b.select(x.applies, b.select(waits, all, zero), pool);
    auto kept = x.checked(x.body.money_fit(left, x.payment.money));
    auto given = b.select(x.applies, b.select(waits, zero, all), zero);
    x.keep(pool_, kept);
    x.figure(Stage::deferred, Figure::cut, b.sub(given, x.amount));
    x.figure(Stage::deferred, Figure::kept, kept);
    x.amount = given;
  }

private:
  std::size_t pool_;
};

bool has(const Clause &c, TermId PaymentVersion::*line) {
  return std::any_of(c.versions.begin(), c.versions.end(), [&](auto &v) {
    auto *version = payment_in(v);
    return version && version->*line;
  });
}

} // namespace

void add_waived(Program &p, ClauseId index, Payment &payment) {
  if (has(p.m.clauses[index], &PaymentVersion::waived)) payment.stages.push_back(std::make_unique<Waived>());
}

void add_reckoned_again(Program &, ClauseId, Payment &payment) {
  if (payment.shape->each && payment.shape->restatable > 0) payment.stages.push_back(std::make_unique<ReckonedAgain>());
}

void add_deferred(Program &p, ClauseId index, Payment &payment) {
  if (has(p.m.clauses[index], &PaymentVersion::deferred)) payment.stages.push_back(std::make_unique<Deferred>(p, index, payment));
}

} // namespace deal::lower
