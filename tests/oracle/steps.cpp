// Rules 7, 19, 20 and 29: what a row does, and what refuses it.
#include "oracle/arithmetic.h"
#include "oracle/oracle.h"
#include "oracle/outcomes.h"
#include "oracle/reads.h"

namespace deal::oracle {

Status Instance::apply(const Happening &h) {
  auto s = step(h);
  if (s == Status::ok) taken_.push_back(h);
  return s;
}

// What changes nothing and sets nothing.
Status Instance::refused(const Happening &h) const {
  if (h.economic > h.on || (m_.effective && h.economic < *m_.effective)) return Status::input_out_of_range;
  std::vector<Type> types;
  bool reported = h.kind == Happening::reports || h.kind == Happening::happens;
  if (reported)
    for (auto &f : m_.events[h.subject].fields) types.push_back(f.type);
  if (h.kind == Happening::does) {
    auto &action = m_.actions[h.subject];
    for (auto &f : action.fields) types.push_back(f.type);
    if (action.by && action.by != h.party) return Status::input_out_of_range;
  }
  if (h.kind == Happening::pays) types.push_back(money(m_, *any_payment(m_.clauses[h.subject])));
  for (std::size_t i = 0; i < types.size(); ++i)
    if (store(ok(h.values[i]), types[i], std::nullopt).status != Status::ok) return Status::input_out_of_range;
  if (!reported) return Status::ok;
  auto &each = m_.events[h.subject].each;
  if (each && last_day(period_of(h.economic, *each), *each) != h.economic) return Status::input_out_of_range;
  for (auto &c : m_.clauses)
    if (any_payment(c) && reads(c).count(h.subject) && closed(c, h.economic, h.on)) return Status::closed_period;
  return Status::ok;
}

// What time brings comes first; where it fails, the ledger halts, whatever the row is.
Status Instance::step(const Happening &h) {
  if (s_.halt != Status::ok) return s_.halt;
  if (!s_.started) s_.now = s_.begun = h.on, s_.started = true;
  if (h.on < s_.now) return Status::out_of_order;
  auto untouched = s_;
  tick(h.on);
  if (s_.halt != Status::ok) return s_.halt;
  if (auto s = refused(h); s != Status::ok) {
    s_ = std::move(untouched);
    return s;
  }
  auto saved = s_;
  auto halt = [&](Status s) {
    s_ = std::move(s == Status::too_many_open ? untouched : saved);
    if (s != Status::too_many_open) s_.halt = s;
    return s;
  };
  s_.now = h.on;
  if (h.kind == Happening::does) {
    s_.did.push_back({h.subject, h.party, h.values, h.on});
    return Status::ok;
  }
  if (h.kind == Happening::pays) {
    auto &p = s_.payments[h.subject];
    p.paid += std::get<Rational>(h.values[0]);
    auto fits = store(ok(p.paid), money(m_, *any_payment(m_.clauses[h.subject])), std::nullopt).status;
    return fits == Status::ok ? Status::ok : halt(fits);
  }
  s_.happened.try_emplace(h.subject, h.economic);
  s_.reported.push_back({h.economic, h.subject, h.values});
  Status worst = Status::ok;
  bool open = false;
  auto now = s_.reported.back();
  for (auto t : m_.totals.ids())
    if (m_.totals[t].event == h.subject) {
      auto o = total({t, false}, {h.economic, nullptr, SIZE_MAX, nullptr});
      worst = std::max(worst, o.status);
    }
  before_ = saved.payments;
  for (auto i : m_.payment_order) {
    auto *p = any_payment(m_.clauses[i]);
    if (!p || rests_on_missing(terms_of(m_.clauses[i]))) continue;
    Occasion occasion{{h.economic, &now, SIZE_MAX, nullptr, true}, h.on};
    if (p->trigger != h.subject) {
      auto reworked = again(m_.clauses[i], now, h.on);
      if (!reworked) continue;
      occasion = *reworked;
    }
    paying_ = i;
    auto s = pay(m_.clauses[i], s_.payments[i], occasion);
    paying_ = {};
    if (s == Status::too_many_open) open = true;
    else worst = std::max(worst, s);
  }
  auto next = s_.states;
  for (auto i : m_.states.ids()) {
    Rules r;
    r.base = m_.states[i].initial;
    bool mine = false;
    for (auto &u : m_.states[i].updates)
      if (u.event == h.subject) mine = true;
    if (!mine || rests_on_missing(terms_of(m_.states[i]))) continue;
    auto o = [&] {
      Outcome result = s_.states[i];
      int winners = 0;
      Status blocked = Status::ok;
      for (auto &u : m_.states[i].updates) {
        if (u.event != h.subject) continue;
        World w{h.economic, &now, SIZE_MAX, nullptr, true};
        auto c = u.condition ? eval(u.condition, w) : ok(true);
        if (c.status != Status::ok)
          blocked = blocked == Status::unknown || c.status == Status::unknown ? Status::unknown : std::max(blocked, c.status);
        else if (std::get<bool>(c.value) && ++winners == 1) result = store(eval(u.body, w), m_.states[i].type, m_.rounding);
      }
      return blocked != Status::ok ? fail(blocked) : winners > 1 ? fail(Status::conflict) : result;
    }();
    worst = std::max(worst, o.status);
    next[i] = o;
  }
  if (open) return halt(Status::too_many_open);
  if (worst != Status::ok) return halt(worst);
  s_.states = std::move(next);
  return Status::ok;
}

} // namespace deal::oracle
