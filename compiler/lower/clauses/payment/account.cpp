// The account of a payment: what is earned and accrued, what was paid, and the release that ends it (semantics.md rule 12).
#include "lower/clauses/payment/stages.h"

namespace deal::lower {
namespace {

class Account : public PaymentStage {
public:
  Account(Program &p, ClauseId index, const Payment &payment) {
    if (payment.released)
      p.boundary({index.number(), Becomes::released, std::nullopt}, {[&payment](Body &body) { return day(body, payment); },
                                                            [index, &payment](Body &body, ValueId mine) { release(body, index, payment, mine); }});
  }
  void pass(Passing &x) const override {
    auto &body = x.body;
    auto earned = x.checked(body.money_fit(x.amount, x.payment.money));
    x.figure(Stage::earned, Figure::value, earned);
    x.keep(x.payment.earned, earned);
    x.keep(x.payment.accrued, x.checked(body.money_fit(body.b.add(body.load(x.payment.accrued), x.amount), x.payment.money)));
    x.amount = earned;
  }
  std::optional<Res> word(const Asking &a, Word word) const override {
    if (word == Word::earned) return a.body.number(a.cell(a.payment.earned));
    if (word == Word::accrued) return a.body.number(a.cell(a.payment.accrued));
    if (word == Word::paid) return a.body.number(a.cell(a.payment.paid));
    return std::nullopt;
  }

private:
  static ValueId day(Body &body, const Payment &payment) {
    auto &b = body.b;
    return b.select(body.load(*payment.released), b.number(no_day), b.number(payment.release_day));
  }
  // accrued := payable := paid; what waits is dropped; earned is the difference.
  static void release(Body &body, ClauseId index, const Payment &payment, ValueId mine) {
    auto &b = body.b;
    auto type = value_type(body.m, payment.money);
    body.becomes_where(mine, *payment.released, mine);
    auto accrued = body.load(payment.accrued), paid = body.load(payment.paid);
    auto earned = body.money_fit(b.sub(paid, accrued), payment.money);
    body.fail_with(b.select(mine, earned.status, body.status(Status::ok)));
    body.stage(index, Stage::earned, Figure::value, type, earned);
    body.becomes_where(mine, payment.earned, earned.v);
    body.becomes_where(mine, payment.accrued, paid);
    auto dropped = b.number(0);
    for (auto &stage : payment.stages) dropped = b.add(dropped, stage->released(body, mine));
    body.stage(index, Stage::waiting, Figure::value, type, body.number(b.negate(dropped)));
  }
};

} // namespace

void add_account(Program &p, ClauseId index, Payment &payment) { payment.stages.push_back(std::make_unique<Account>(p, index, payment)); }

} // namespace deal::lower
