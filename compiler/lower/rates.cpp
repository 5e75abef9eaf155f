// The rates of an amount: the percents that multiplied to give it, so that a statement can say which they were.
#include "lower/lowering.h"
#include "support/match.h"

namespace deal::lower {
namespace {

class Rates {
public:
  Rates(const Program &p, std::map<TermId, Rate> &found) : p_(p), m_(p.m), found_(found) {}

  // Whether a rate was found in what gives this amount; where it is a product, `chain` goes on.
  bool amount(TermId id, int chain) {
    return id && match(
                     m_[id].node, [&](const Arithmetic &n) { return arithmetic(id, n, chain); },
                     [&](const Round &n) { return amount(n.subject, chain); },
                     [&](const If &n) { return either({n.then, n.otherwise}, chain); }, [&](const ReadingChoice &n) { return either(n.bodies, chain); },
                     [&](const Case &n) {
                       std::vector<TermId> arms;
                       for (auto &[labels, arm] : n.arms) arms.push_back(arm);
                       return either(arms, chain);
                     },
                     [&](const DefinitionRef &n) {
                       std::vector<TermId> bodies;
                       auto [seen, fresh] = seen_.try_emplace(n.definition, false);
                       if (!fresh || !p_.is_followed(n.definition)) return seen->second;
                       for (auto &v : m_.definitions[n.definition].versions) {
                         bodies.push_back(v.rules.base);
                         for (auto &e : v.rules.exceptions) bodies.push_back(e.body);
                       }
                       return seen->second = either(bodies, chain);
                     },
                     [](const auto &) { return false; });
  }

private:
  bool either(const std::vector<TermId> &bodies, int chain) {
    bool any = false;
    for (auto body : bodies) any |= amount(body, chain);
    return any;
  }
  bool arithmetic(TermId id, const Arithmetic &n, int chain) {
    auto is = [&](TermId t, Type::Base base) { return m_.type(t).base == base; };
    if (n.op == BinaryOp::add || n.op == BinaryOp::sub) { // each has rates of its own
      bool left = amount(n.left, ++last_);
      return amount(n.right, ++last_) || left;
    }
    bool money_left = is(n.left, Type::money), product = n.op == BinaryOp::mul;
    auto share = money_left ? n.right : n.left, of = money_left ? n.left : n.right;
    if (!product || !is(share, Type::percent)) return amount(of, chain);
    auto known = found_.emplace(id, Rate{chain, money_left, true, m_[share].span});
    known.first->second.innermost = !amount(of, chain);
    return true;
  }

  const Program &p_;
  const Model &m_;
  std::map<TermId, Rate> &found_;
  std::map<DefinitionId, bool> seen_; // definitions: what was found
  int last_ = 0;
};

} // namespace

// From here on the rates of this amount are noted, as those of the payment.
void Body::rate(ClauseId clause, TermId amount) {
  rated = clause;
  rates_.clear();
  if (clause) Rates(p, rates_).amount(amount, 0);
}

void Body::note_rate(const Rate &rate, const Res &x, const Res &y) {
  auto percent = of(ValueType::percent);
  percent.scale = 9;
  auto note_at = [&](Stage at, const ValueType &type, const Res &r) {
    note({.clause = rated.number(), .stage = at, .chain = rate.chain, .type = type, .span = rate.span}, r);
  };
  auto &share = rate.money_left ? y : x, &base = rate.money_left ? x : y;
  if (rate.innermost) note_at(Stage::base, value_type(m, p.payments[rated]->money), base);
  note_at(Stage::rate, percent, share);
}

} // namespace deal::lower
