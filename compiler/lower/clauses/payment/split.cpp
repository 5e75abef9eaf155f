// A split (semantics.md rule 11, M40): each earned amount divided among its payees by largest remainder.
#include "lower/clauses/payment/stages.h"

namespace deal::lower {
namespace {

class Split : public PaymentStage {
public:
  Split(Program &p, ClauseId index, const Payment &payment, const std::vector<PartyId> &payees)
      : index_(index), clause_(p.m.clauses[index]), payment_(payment) {
    for (auto payee : payees) {
      auto cell = [&](Word word) { return p.add_part(clause_.name, word, payee, value_type(p.m, payment.money)); };
      auto earned = cell(Word::earned);
      parts_.push_back({payee, earned, cell(Word::accrued)});
    }
  }
  void pass(Passing &) const override;
  std::optional<Res> part(const Asking &, Word, PartyId) const override;
  ValueId released(Body &, ValueId mine) const override;

private:
  struct Part {
    PartyId payee;
    std::size_t earned, accrued;
  };
  // A number of shares that are between 0 and 1; the status says whether they are, and make 1.
  struct Shares {
    std::vector<ValueId> of;
    ValueId status;
  };
  static Shares shares(Body &, const PaymentVersion &, const Env &);
  Res divided(Body &, const PaymentVersion &, PartyId, ValueId amount, const Env &) const;
  ValueId largest_remainder(Body &, const std::vector<ValueId> &shares, std::size_t mine, ValueId amount) const;
  void note(Body &, PartyId, ValueId amount) const;

  ClauseId index_;
  const Clause &clause_;
  const Payment &payment_;
  std::vector<Part> parts_;
};

Split::Shares Split::shares(Body &body, const PaymentVersion &version, const Env &env) {
  auto &b = body.b;
  auto zero = b.number(0), one = b.number(1);
  Shares out{{}, body.status(Status::ok)};
  auto sum = zero;
  auto wrong = b.truth(false);
  for (auto &portion : version.portions) {
    auto share = b.sub(one, sum);
    if (portion.share) {
      auto r = body.eval(portion.share, env);
      out.status = body.join(out.status, r.status);
      share = r.v;
    }
    wrong = b.either(wrong, b.less(share, zero));
    sum = b.add(sum, share);
    out.of.push_back(b.max(zero, b.min(share, one)));
  }
  wrong = b.either(wrong, b.negation(b.equal(sum, one)));
  out.status = b.select(body.is_ok(out.status), b.select(wrong, body.status(Status::conflict), out.status), out.status);
  return out;
}

// Of the amount without its sign: each gets what its share comes to in whole minor units; those that are left go to the largest remainders, of
// equal ones to the first.
ValueId Split::largest_remainder(Body &body, const std::vector<ValueId> &shares, std::size_t mine, ValueId amount) const {
  auto &b = body.b;
  auto zero = b.number(0);
  auto minor = power_of_ten(payment_.money.scale);
  auto negative = b.less(amount, zero);
  auto size = b.select(negative, b.negate(amount), amount);
  auto left = size;
  std::vector<ValueId> whole, over;
  for (auto share : shares) {
    auto exact = b.mul(size, share);
    whole.push_back(b.quantize(exact, {}, Rounding::down, minor));
    over.push_back(b.sub(exact, whole.back()));
    left = b.sub(left, whole.back());
  }
  auto before = zero; // how much is left to those that go first
  for (std::size_t other = 0; other < shares.size(); ++other) {
    if (other == mine) continue;
    auto first = other < mine ? b.less_equal(over[mine], over[other]) : b.less(over[mine], over[other]);
    before = b.add(before, b.select(first, b.number(1, minor), zero));
  }
  auto part = b.add(whole[mine], b.select(b.less(before, left), b.number(1, minor), zero));
  return b.select(negative, b.negate(part), part);
}

// What one payee has of an amount under one version; of a version that is not split, its payee has all of it.
Res Split::divided(Body &body, const PaymentVersion &version, PartyId payee, ValueId amount, const Env &env) const {
  auto none = body.b.number(0);
  if (version.portions.empty()) return body.number(version.payee == payee ? amount : none);
  auto all = shares(body, version, env);
  for (std::size_t k = 0; k < version.portions.size(); ++k)
    if (version.portions[k].payee == payee) return {all.status, largest_remainder(body, all.of, k, amount), {}};
  return {all.status, none, {}};
}

void Split::note(Body &body, PartyId payee, ValueId amount) const {
  body.note({.clause = index_.number(), .stage = Stage::split, .name = body.m.parties[payee].name, .type = value_type(body.m, payment_.money)},
            body.number(amount));
}

// Where no amount was earned, for whatever reason, there is nothing to divide.
void Split::pass(Passing &x) const {
  auto &body = x.body;
  auto &b = body.b;
  auto ok = body.status(Status::ok), failed = ok;
  auto none = body.number(b.number(0));
  for (auto &p : parts_) {
    auto part = body.within(b.both(x.runs, x.applies), [&] {
      return body.by_version(clause_.versions, x.env, none, [&](const Version &v) {
        auto *version = payment_in(v);
        return version ? divided(body, *version, p.payee, x.amount, x.env) : none;
      });
    });
    auto earned = body.money_fit(part.v, payment_.money), accrued = body.money_fit(b.add(body.load(p.accrued), part.v), payment_.money);
    failed = body.join(failed, b.select(x.applies, body.join(part.status, accrued.status), ok));
    x.keep(p.earned, earned.v);
    x.keep(p.accrued, accrued.v);
    body.within(x.runs, [&] { note(body, p.payee, earned.v); });
  }
  x.failure = b.select(body.is_ok(x.failure), failed, x.failure);
}

std::optional<Res> Split::part(const Asking &a, Word word, PartyId payee) const {
  for (auto &p : parts_)
    if (p.payee == payee) return a.body.number(a.cell(word == Word::earned ? p.earned : p.accrued));
  return std::nullopt;
}

// What a release takes back is divided as the last version says; its portions are constants.
ValueId Split::released(Body &body, ValueId mine) const {
  auto &b = body.b;
  const PaymentVersion *last = nullptr;
  for (auto &v : clause_.versions)
    if (auto *version = payment_in(v)) last = version;
  auto amount = body.becomes.at(payment_.earned);
  for (auto &p : parts_) {
    auto part = divided(body, *last, p.payee, amount, {});
    auto accrued = body.money_fit(b.add(body.load(p.accrued), part.v), payment_.money);
    body.fail_with(b.select(mine, accrued.status, body.status(Status::ok)));
    auto earned = body.money_fit(part.v, payment_.money).v;
    body.becomes_where(mine, p.earned, earned);
    body.becomes_where(mine, p.accrued, accrued.v);
    note(body, p.payee, earned);
  }
  return b.number(0);
}

} // namespace

void add_split(Program &p, ClauseId index, Payment &payment) {
  auto payees = payees_of(p.m.clauses[index]);
  if (!payees.empty()) payment.stages.push_back(std::make_unique<Split>(p, index, payment, payees));
}

} // namespace deal::lower
