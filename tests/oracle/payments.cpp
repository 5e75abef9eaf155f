// Rules 4 to 12, 19 and 20: from the list of what was given, not from cells.
#include "oracle/arithmetic.h"
#include "oracle/oracle.h"
#include "oracle/outcomes.h"
#include "oracle/reads.h"
#include "support/match.h"

namespace deal::oracle {
namespace {

const PaymentVersion *payment_of(const Version *v) { return v ? payment_in(*v) : nullptr; }

} // namespace

bool Instance::rests_on_missing(const std::vector<TermId> &terms) const {
  auto all = parameters_of(m_, terms);
  return std::any_of(all.begin(), all.end(), [&](ParameterId index) {
    auto set = parameters_.find(index);
    return set != parameters_.end() ? !set->second : !m_.parameters[index].versions[0].value;
  });
}

// The days on which the cap in total, its counting or a restart cut the time.
std::map<std::int32_t, bool> Instance::cuts(const Clause &c) const {
  std::map<std::int32_t, bool> out;
  const PaymentVersion *before = nullptr;
  bool first = true;
  for (auto &v : c.versions) {
    auto *p = payment_of(&v);
    auto cap = [](auto *x) { return x ? x->cap() : TermId{}; };
    auto counting = [](auto *x) -> std::optional<std::optional<std::int32_t>> {
      if (!x || !x->counting) return std::nullopt;
      return x->counting->from ? std::optional(x->counting->from->day) : std::optional<std::int32_t>();
    };
    if (!first && (cap(p) != cap(before) || counting(p) != counting(before))) out[v.from] = true;
    if (p && p->counting && p->counting->from) out.try_emplace(p->counting->from->day, false);
    if (p && p->cap())
      for_cone(m_, p->cap(), [&](const Term &t) {
        if (auto *r = std::get_if<ParameterRef>(&t.node))
          for (auto &pv : m_.parameters[r->parameter].versions)
            if (pv.from != always_from) out[pv.from] = true;
        if (auto *d = std::get_if<DefinitionRef>(&t.node))
          for (auto &dv : m_.definitions[d->definition].versions)
            if (dv.from != always_from) out[dv.from] = true;
      });
    before = p;
    first = false;
  }
  for (auto day : c.restarts) out.try_emplace(day, false);
  return out;
}

std::optional<Rational> Instance::cap_at(const Clause &c, std::int32_t day, const World &w, Status &failed) {
  auto *p = payment_of(version_at(c, std::max(day, c.versions.front().from)));
  if (!p || !p->cap()) return std::nullopt;
  World inner = w;
  inner.day = std::max(day, c.versions.front().from);
  auto o = store(eval(p->cap(), inner), money(m_, *p), Rounding::floor);
  if (o.status != Status::ok) {
    failed = std::max(failed, o.status);
    return Rational(0);
  }
  return num(o);
}

// Rule 5: the S of the pieces in date order over F and K, up to the piece that holds `through`.
Instance::Fold Instance::fold(const Clause &c, const Payment &p, std::int32_t through, const World &w) {
  auto cut = cuts(c);
  std::vector<std::int32_t> starts{always_from};
  for (auto &[day, change] : cut)
    if (day <= through) starts.push_back(day);
  Fold out{0, 0, 0, std::nullopt, Status::ok};
  auto &F = out.f, &K = out.k;
  std::map<std::int32_t, Rational> stood; // U as it stood at a counting date
  auto zero = [](const Rational &x) { return std::max(Rational(0), x); };
  auto counted = [&](const std::optional<Rational> &cap) { return cap ? Rational(F + std::min(K, zero(*cap))) : Rational(F + K); };
  for (std::size_t i = 0; i < starts.size(); ++i) {
    auto start = starts[i], end = i + 1 < starts.size() ? starts[i + 1] : never;
    auto *now = payment_of(version_at(c, std::max(start, c.versions.front().from)));
    auto cap = cap_at(c, start, w, out.failed);
    if (i > 0) {
      auto u = counted(out.cap);
      stood[start] = u;
      auto from = [](auto *x) {
        return x && x->counting && x->counting->from ? std::optional(x->counting->from->day) : std::optional<std::int32_t>();
      };
      if (cut[start]) {
        auto date = from(now);
        if (!date) F = 0, K = u;
        else if (*date > start) F = u, K = 0;
        else F = stood.count(*date) ? stood[*date] : u, K = u - F;
        if (cap) { // what is above the new cap: any cap is lower than none
          auto x = zero(K - zero(*cap));
          K -= x, F += x;
        }
      }
      if (std::find(c.restarts.begin(), c.restarts.end(), start) != c.restarts.end()) F = 0, K = 0;
    }
    out.cap = cap;
    Rational s = 0;
    for (auto &[day, x] : p.given)
      if (day >= start && (end == never || day < end)) s += x;
    bool waits = now && now->counting && now->counting->from && start < now->counting->from->day;
    auto before = zero(counted(cap));
    (waits ? F : K) += s;
    out.a += zero(counted(cap)) - before;
  }
  return out;
}

bool Instance::covered(const Clause &c, std::int32_t day) const {
  auto *v = version_at(c, day);
  return payment_of(v) && in_term(c, v->common.term, day);
}

// What it adds to the entitlement in a world, and the day it is dated.
std::optional<Outcome> Instance::amount(const Clause &c, const World &w, std::int32_t &dated) {
  dated = w.day;
  auto *shape = any_payment(c);
  auto type = money(m_, *shape);
  auto stored = [&](const Outcome &o, const PaymentVersion &p) {
    if (o.status != Status::ok) return o;
    Outcome r = o;
    if (p.rounding) r.value = round_to_places(num(o), *p.rounding, p.places);
    return store(r, type, p.rounding);
  };
  auto each = shape->trigger ? m_.events[shape->trigger].each : shape->each;
  auto *v = version_at(c, w.day);
  auto *p = payment_of(v);
  auto mode = p ? p->part : shape->part;
  if (each && mode && *mode != syntax::PartLine::by_last_day) {
    auto index = period_of(w.day, *each);
    auto first = first_day(index, *each), last = last_day(index, *each);
    Rational sum = 0;
    bool whole = true;
    std::int32_t last_covered = w.day;
    const PaymentVersion *last_version = nullptr;
    for (auto day = first; day <= last; ++day) {
      auto *at = version_at(c, day);
      if (!covered(c, day) || (day > first && at != version_at(c, first))) whole = false;
      if (!covered(c, day)) continue;
      if (mode == syntax::PartLine::not_counted) continue;
      World inner = w;
      inner.day = day;
      auto g = guard(at->common, inner);
      if (g.status != Status::ok) return g;
      if (!std::get<bool>(g.value)) continue;
      auto x = eval(payment_of(at)->amount, inner);
      if (x.status != Status::ok) return x;
      sum += num(x);
      last_covered = day;
      last_version = payment_of(at);
    }
    if (mode == syntax::PartLine::in_proportion) {
      dated = last_covered;
      if (!last_version) return std::nullopt;
      return stored(ok(Rational(sum / (last - first + 1))), *last_version);
    }
    if (!whole) return std::nullopt;
  }
  if (!covered(c, w.day)) return std::nullopt;
  auto g = guard(v->common, w);
  if (g.status != Status::ok) return g;
  if (!std::get<bool>(g.value)) return std::nullopt;
  if (!p->total) return stored(eval(p->amount, w), *p);
  auto after = stored(eval(p->amount, w), *p);
  if (after.status != Status::ok) return after;
  World earlier = w;
  if (shape->trigger) earlier.count = s_.reported.size() - 1;
  else earlier.window = w.through, earlier.through = first_day(period_of(*w.through, *each), *each) - 1;
  if (takes_nothing_off(c, *p, earlier)) return after;
  auto before = stored(eval(p->amount, earlier), *p);
  return before.status == Status::ok ? ok(Rational(num(after) - num(before))) : before;
}

// T(0) too is added by the first event that a total sees in its window, by the first close of a window, by a payment's first close before which
// nothing came.
bool Instance::takes_nothing_off(const Clause &c, const PaymentVersion &p, const World &earlier) {
  auto sees = [&](TotalId id, const World &w) {
    auto &t = m_.totals[id];
    for (std::size_t i = 0; i < std::min(w.count, s_.reported.size()); ++i) {
      auto &e = s_.reported[i];
      bool window = !t.each || period_of(e.economic, *t.each) == period_of(w.window.value_or(w.day), *t.each);
      if (e.event == t.event && window && (!w.through || (e.economic <= *w.through && e.economic >= t.since))) return true;
    }
    return false;
  };
  if (!earlier.through) return !sees(p.total, earlier);
  auto each = *any_payment(c)->each;
  auto &window = m_.totals[p.total].each;
  if (window && first_day(period_of(*earlier.window, *window), *window) == *earlier.through + 1) return true;
  bool any = false;
  for_cone(m_, p.amount, [&](const Term &t) {
    if (auto *total = std::get_if<TotalRef>(&t.node)) any |= sees(total->total, earlier);
  });
  return period_of(*earlier.window, each) == first_period(c, each) && !any;
}

int Instance::slots(const PayableRule &r) const {
  static constexpr int shortest[] = {0, 0, 0, 1, 7, 28, 90, 365};
  int length = shortest[static_cast<std::size_t>(r.after.unit)];
  return (r.count + length - 1) / length + 2;
}

// Rule 12: what is waived is gone; what is deferred comes in with the next amount at which its condition is false.
Status Instance::waived(const PaymentVersion &v, const World &w, Rational &given) {
  if (!v.waived) return Status::ok;
  auto o = eval(v.waived, w);
  if (o.status == Status::ok && std::get<bool>(o.value)) given = 0;
  return o.status;
}
Status Instance::deferred(const PaymentVersion &v, Payment &p, const World &w, Rational &given) {
  if (!v.deferred) return Status::ok;
  auto o = eval(v.deferred, w);
  auto all = Rational(p.deferred + given);
  bool later = o.status == Status::ok && std::get<bool>(o.value);
  p.deferred = later ? all : Rational(0);
  given = later ? Rational(0) : all;
  return o.status;
}

Status Instance::pay(const Clause &c, Payment &p, const Occasion &o) {
  std::int32_t dated = 0, then = 0;
  auto on = o.on;
  for (auto &[payee, part] : p.parts) part.earned = 0;
  auto x = o.makes_up ? std::nullopt : amount(c, o.world, dated);
  if (o.makes_up) dated = o.world.day;
  auto earlier = o.before ? amount(c, *o.before, then) : std::nullopt;
  for (auto *a : {&x, &earlier})
    if (*a && (*a)->status != Status::ok) return (*a)->status;
  if (p.released) {
    p.earned = 0;
    return Status::ok;
  }
  auto type = money(m_, *any_payment(c));
  auto fits = [&](const Rational &v) { return store(ok(v), type, std::nullopt).status; };
  World w = o.world;
  w.day = dated;
  auto given = x ? num(*x) : Rational(0), came_to = earlier ? num(*earlier) : Rational(0);
  bool applies = x || earlier;
  auto failed = Status::ok;
  auto limit_of = [&](const Limit &line) {
    auto limit = store(eval(line.amount, w), type, Rounding::floor);
    failed = std::max(failed, limit.status);
    return limit.status == Status::ok ? std::optional(std::max(Rational(0), num(limit))) : std::nullopt;
  };
  if (auto *v = payment_of(version_at(c, dated)); applies) {
    p.entitlement += given - came_to;
    if (auto s = fits(p.entitlement); s != Status::ok) return s;
    if (v) failed = waived(*v, w, given);
    if (o.before && v) failed = std::max(failed, waived(*v, *o.before, came_to));
    given -= came_to;
    if (v) failed = std::max(failed, deferred(*v, p, w, given));
    if (auto s = fits(p.deferred); s != Status::ok) return s;
    if (auto *line = v ? v->limit(Stage::cap_each_event) : nullptr)
      if (auto top = limit_of(*line)) given = std::max(Rational(-*top), std::min(given, *top));
  }
  failed = std::max(failed, guaranteed(c, p, o, w, applies, given));
  if (!applies) {
    p.earned = 0;
    return failed;
  }
  dated = w.day;
  World before = w;
  if (w.event) before.count = s_.reported.size() - 1, before.event = nullptr;
  auto *v = payment_of(version_at(c, dated));
  if (v)
    for (auto &line : v->limits) {
      if (line.at != Stage::cap_each_period) continue;
      auto limit = limit_of(line);
      if (!limit) continue;
      auto &sum = p.periods[{line.each.unit, period_of(dated, line.each)}];
      auto was = std::min(sum, *limit);
      sum += given;
      if (auto s = fits(sum); s != Status::ok) return s;
      given = std::min(sum, *limit) - was;
    }
  auto a0 = fold(c, p, never - 1, before);
  p.given.emplace_back(dated, given);
  auto a1 = fold(c, p, never - 1, w);
  failed = std::max({failed, a0.failed, a1.failed});
  if (failed != Status::ok) return failed;
  std::map<std::int32_t, Rational> pieces;
  auto cut = cuts(c);
  for (auto &[day, amount] : p.given) {
    auto at = cut.upper_bound(day);
    pieces[at == cut.begin() ? always_from : std::prev(at)->first] += amount;
  }
  for (auto &[start, sum] : pieces)
    if (auto s = fits(sum); s != Status::ok) return s;
  bool carries = any_payment(c)->carries;
  p.earned = carries ? std::max(Rational(0), Rational(a1.a - p.accrued)) : Rational(a1.a - a0.a);
  p.accrued += p.earned;
  if (auto s = fits(p.accrued); s != Status::ok) return s;
  if (auto s = v ? split(*v, p, w) : Status::ok; s != Status::ok) return s;
  if (p.earned == 0) return Status::ok;
  auto *rule = any_payment(c);
  auto day = on;
  if (rule->payable) day = last_day(period_of(dated, rule->payable->after), rule->payable->after) + rule->payable->count;
  p.payable_on = std::max(p.payable_on.value_or(always_from), p.earned > 0 ? day : on);
  if (!rule->payable) return Status::ok;
  std::erase_if(p.waits, [&](auto &wait) { return wait.day <= on; });
  if (p.earned > 0) {
    if (day <= on) return Status::ok;
    auto at = std::find_if(p.waits.begin(), p.waits.end(), [&](auto &wait) { return wait.day == day; });
    if (at != p.waits.end()) at->amount += p.earned;
    else p.waits.push_back({day, p.earned});
    if (static_cast<int>(p.waits.size()) > slots(*rule->payable)) return Status::too_many_open;
    return Status::ok;
  }
  Rational rest = -p.earned;
  std::sort(p.waits.begin(), p.waits.end(), [](auto &a, auto &b) { return a.day > b.day; });
  for (auto &wait : p.waits) {
    auto part = std::min(rest, wait.amount);
    wait.amount -= part;
    rest -= part;
  }
  std::erase_if(p.waits, [](auto &wait) { return wait.amount == 0; });
  return Status::ok;
}

Outcome Instance::payment_word(const Clause &c, const Payment &p, const ClauseTerm &n, const World &w) {
  auto word = n.word;
  if (word == Word::paid) return ok(p.paid);
  if (rests_on_missing(terms_of(c))) return fail(Status::unknown);
  if (n.payee) {
    auto part = p.parts.count(n.payee) ? p.parts.at(n.payee) : Part();
    return ok(word == Word::earned ? part.earned : part.accrued);
  }
  auto type = money(m_, *any_payment(c));
  auto payable = [&] {
    auto out = p.accrued;
    for (auto &wait : p.waits)
      if (wait.day > w.day) out -= wait.amount;
    return out;
  };
  auto zero = [](const Rational &x) { return std::max(Rational(0), x); };
  World plain = w;
  switch (word) {
  case Word::entitlement: return ok(p.entitlement);
  case Word::earned: return ok(p.earned);
  case Word::accrued: return ok(p.accrued);
  case Word::payable: return ok(payable());
  case Word::payable_on: return p.payable_on ? ok(Rational(*p.payable_on)) : fail(Status::no_rule_applies);
  case Word::owing: return store(ok(Rational(payable() - p.paid)), type, std::nullopt);
  default: break;
  }
  auto f = fold(c, p, w.day, plain);
  if (f.failed != Status::ok) return fail(f.failed);
  if (word == Word::counted) return ok(f.cap ? zero(std::min(f.k, *f.cap)) : Rational(0));
  return f.cap ? store(ok(zero(*f.cap - zero(f.k))), type, std::nullopt) : fail(Status::no_rule_applies);
}

} // namespace deal::oracle
