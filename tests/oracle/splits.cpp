// Rule 11 and M40: who has how much of what was earned.
#include "oracle/arithmetic.h"
#include "oracle/oracle.h"

namespace deal::oracle {
namespace {

// The largest remainder: whole minor units first, then one more each, to those who lack the most; of equals to the one listed first.
std::vector<Rational> divide(const Rational &amount, const std::vector<Rational> &shares, int scale) {
  if (amount < 0) {
    auto mirrored = divide(-amount, shares, scale);
    for (auto &part : mirrored) part = -part;
    return mirrored;
  }
  Integer unit = 1;
  for (int i = 0; i < scale; ++i) unit *= 10;
  Rational units = amount * unit, given = 0;
  std::vector<Rational> parts;
  std::vector<std::size_t> order;
  for (auto &share : shares) {
    auto exact = Rational(units * share);
    parts.push_back(Rational(numerator(exact) / denominator(exact)));
    given += parts.back();
    order.push_back(order.size());
  }
  auto lacks = [&](std::size_t i) { return Rational(units * shares[i] - parts[i]); };
  std::vector<Rational> lacking;
  for (auto i : order) lacking.push_back(lacks(i));
  std::stable_sort(order.begin(), order.end(), [&](auto i, auto j) { return lacking[i] > lacking[j]; });
  for (std::size_t next = 0; given < units; ++next, given += 1) parts[order[next]] += 1;
  for (auto &part : parts) part /= unit;
  return parts;
}

} // namespace

Status Instance::split(const PaymentVersion &v, Payment &p, const World &w) {
  auto type = m_.type(v.amount);
  std::vector<PartyId> payees{v.payee};
  std::vector<Rational> shares{1};
  Rational sum = 1;
  if (!v.portions.empty()) {
    payees.clear(), shares.clear(), sum = 0;
    auto worst = Status::ok;
    for (auto &portion : v.portions) {
      auto o = portion.share ? eval(portion.share, w) : Outcome{Status::ok, Rational(1 - sum)};
      worst = std::max(worst, o.status);
      payees.push_back(portion.payee);
      shares.push_back(o.status == Status::ok ? std::get<Rational>(o.value) : Rational(0));
      sum += shares.back();
    }
    if (worst != Status::ok) return worst;
  }
  bool below = std::any_of(shares.begin(), shares.end(), [](auto &share) { return share < 0; });
  if (below || sum != 1) return Status::conflict;
  auto parts = divide(p.earned, shares, type.scale);
  type.bare = false, type.low = type.high = std::nullopt;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto &part = p.parts[payees[i]];
    part.earned = parts[i];
    part.accrued += parts[i];
    if (auto s = store({Status::ok, part.accrued}, type, std::nullopt).status; s != Status::ok) return s;
  }
  return Status::ok;
}

} // namespace deal::oracle
