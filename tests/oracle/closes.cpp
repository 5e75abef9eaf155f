// Rules 7, 12, 19, 21 and M1 to M6: which periods close, when, and what a close earns; from dates and the list of what was reported.
#include "oracle/arithmetic.h"
#include "oracle/oracle.h"
#include "oracle/outcomes.h"
#include "oracle/reads.h"

namespace deal::oracle {
namespace {

int months_of(Unit unit) { return unit == Unit::month ? 1 : unit == Unit::quarter ? 3 : 12; }

} // namespace

std::int32_t Instance::first_day(std::int32_t period, Period each) const {
  if (!each.contract) return period_first_day(period, each.unit);
  auto from = *m_.contract_from;
  if (each.unit == Unit::day) return from + period;
  if (each.unit == Unit::week) return from + 7 * period;
  auto day = add_months(from, period * months_of(each.unit), m_.month_end_up.value_or(false));
  return static_cast<std::int32_t>(numerator(std::get<Rational>(day.value)));
}

std::int32_t Instance::period_of(std::int32_t day, Period each) const {
  if (!each.contract) return oracle::period_of(day, each.unit);
  auto out = (day - *m_.contract_from) / (each.unit == Unit::day ? 1 : each.unit == Unit::week ? 7 : 30 * months_of(each.unit));
  while (first_day(out, each) > day) --out;
  while (first_day(out + 1, each) <= day) ++out;
  return out;
}

std::vector<Period> Instance::closing(const Clause &c) const {
  std::vector<Period> out;
  auto add = [&](Period each) {
    if (std::find(out.begin(), out.end(), each) == out.end()) out.push_back(each);
  };
  for (auto &v : c.versions) {
    auto *p = payment_in(v);
    if (!p || p->day) continue;
    if (p->each) add(*p->each);
    for (auto &limit : p->limits)
      if (limit.at == Stage::cap_each_period || limit.at == Stage::guarantee) add(limit.each);
  }
  if (any_payment(c) && !any_payment(c)->day)
    for (auto root : terms_of(c))
      for_cone(m_, root, [&](const Term &t) {
        if (auto *total = std::get_if<TotalRef>(&t.node); total && m_.totals[total->total].each) add(*m_.totals[total->total].each);
      });
  return out;
}

std::set<EventId> Instance::reads(const Clause &c) const {
  std::set<EventId> out;
  for (auto root : terms_of(c))
    for_cone(m_, root, [&](const Term &t) {
      if (auto *f = std::get_if<FieldRef>(&t.node)) out.insert(f->event);
      if (auto *total = std::get_if<TotalRef>(&t.node)) out.insert(m_.totals[total->total].event);
    });
  if (auto *p = any_payment(c); p && p->trigger) out.insert(p->trigger);
  return out;
}

// The last period that the day before `on` has closed.
std::int32_t Instance::closed_through(const PaymentVersion &p, Period each, std::int32_t on) const {
  auto wait = p.closes ? p.closes->count : 0;
  auto index = period_of(std::max(on - 1 - wait, -719000), each);
  return last_day(index, each) + wait <= on - 1 ? index : index - 1;
}

// M2: from the period that holds its first version's start on; where nobody says when that is, from the first that is open when the ledger begins.
std::int32_t Instance::first_period(const Clause &c, Period each) const {
  auto from = c.versions.front().from;
  if (from == always_from) from = m_.effective.value_or(always_from);
  auto open = closed_through(*any_payment(c), each, s_.begun) + 1;
  return from == always_from ? open : std::max(open, period_of(from, each));
}

bool Instance::closed(const Clause &c, std::int32_t economic, std::int32_t on) const {
  auto &p = *any_payment(c);
  auto from = c.versions.front().from;
  auto all = closing(c);
  return std::any_of(all.begin(), all.end(), [&](Period each) {
    auto period = period_of(economic, each);
    if (from != always_from && period < period_of(from, each)) return false;
    return period <= closed_through(p, each, on) - p.restatable;
  });
}

// Rule 12: `accrued is released` on its day, before what that day brings.
void Instance::release(ClauseId i) {
  auto &versions = m_.clauses[i].versions;
  auto &p = s_.payments[i];
  p.released = true;
  p.waits.clear();
  p.earned = p.paid - p.accrued;
  p.accrued = p.paid;
  for (auto &[payee, part] : p.parts) part.earned = 0;
  auto end = std::find_if(versions.begin(), versions.end(), [](auto &v) { return releases(v); });
  split(*payment_in(*(end - 1)), p, {});
}

// The next one that earns; of one day that of the shorter period.
std::optional<Instance::Close> Instance::next_close(ClauseId i) const {
  auto &c = m_.clauses[i];
  auto *shape = any_payment(c);
  auto &done = s_.payments[i].reckoned;
  std::optional<Close> out;
  auto consider = [&](Period each) {
    auto period = done.count(each.unit) ? done.at(each.unit) + 1 : first_period(c, each);
    auto day = last_day(period, each) + (shape->closes ? shape->closes->count : 0);
    if (!out || day < out->day || (day == out->day && each.unit < out->each->unit)) out = Close{day, each, period};
  };
  if (!shape) return out;
  if (shape->each) consider(*shape->each);
  for (auto &v : c.versions)
    if (auto *p = payment_in(v))
      for (auto &limit : p->limits)
        if (limit.at == Stage::guarantee) consider(limit.each);
  if (!shape->day) return out;
  for (std::size_t k = 0; k < c.versions.size(); ++k) {
    auto *p = payment_in(c.versions[k]);
    auto own = p && p->day && *p->day >= c.versions[k].from && (k + 1 == c.versions.size() || *p->day < c.versions[k + 1].from);
    if (own && *p->day >= s_.begun && (!done.count(Unit::day) || *p->day > done.at(Unit::day))) return Close{*p->day, std::nullopt, *p->day};
  }
  return std::nullopt;
}

Status Instance::close(ClauseId i, const Close &at) {
  auto &c = m_.clauses[i];
  auto &p = s_.payments[i];
  Occasion o{{at.day, nullptr, SIZE_MAX, nullptr, true}, at.day};
  p.reckoned[at.each ? at.each->unit : Unit::day] = at.period;
  if (at.each) {
    o.world.day = last_day(at.period, *at.each);
    o.world.through = o.world.window = o.world.day;
    if (at.each != any_payment(c)->each) o.makes_up = at.each;
  }
  if (rests_on_missing(terms_of(c))) return Status::ok;
  before_ = s_.payments;
  paying_ = i;
  auto s = pay(c, p, o);
  paying_ = {};
  return s;
}

// Rule 8, M8: of a period, by what each covered day's version guarantees, or as on the last covered day; rounded up.
Outcome Instance::guarantee(const Clause &c, Period each, std::int32_t period, const World &w, std::optional<std::int32_t> &last_covered) {
  auto first = first_day(period, each), last = last_day(period, each);
  Rational sum = 0, whole = 0;
  bool in_proportion = false;
  auto worst = Status::ok;
  for (auto day = first; day <= last; ++day) {
    if (!covered(c, day)) continue;
    last_covered = day;
    whole = 0, in_proportion = false;
    for (auto &limit : payment_in(*version_at(c, day))->limits) {
      if (limit.at != Stage::guarantee || limit.each != each) continue;
      World inner = w;
      inner.day = day;
      auto o = eval(limit.amount, inner);
      worst = std::max(worst, o.status);
      if (o.status == Status::ok) whole = std::max(Rational(0), std::get<Rational>(o.value));
      in_proportion = limit.part == syntax::OfPart::in_proportion;
    }
    sum += whole;
  }
  if (worst != Status::ok) return {worst, false};
  auto type = m_.type(any_payment(c)->amount);
  type.bare = false, type.low = type.high = std::nullopt;
  return store({Status::ok, in_proportion ? Rational(sum / (last - first + 1)) : whole}, type, Rounding::ceiling);
}

// What each guarantee makes of what the stage before it gave; `w.day` becomes the day that what is made up is dated.
Status Instance::guaranteed(const Clause &c, Payment &p, const Occasion &o, World &w, bool &applies, Rational &given) {
  auto &shape = *any_payment(c);
  std::vector<Period> all;
  for (auto &v : c.versions)
    if (auto *x = payment_in(v))
      for (auto &limit : x->limits)
        if (limit.at == Stage::guarantee && std::find(all.begin(), all.end(), limit.each) == all.end()) all.push_back(limit.each);
  std::sort(all.begin(), all.end(), [](Period a, Period b) { return a.unit < b.unit; });
  auto from = o.makes_up ? std::find(all.begin(), all.end(), *o.makes_up) : all.begin();
  for (auto each = from; each != all.end(); ++each) {
    bool closes = o.makes_up == *each || (!w.event && shape.each == *each);
    auto period = period_of(closes ? *o.world.through : w.day, *each);
    bool over = closes || (shape.restatable > 0 && period <= closed_through(shape, *each, o.on));
    auto &sum = p.toward[{each->unit, period}];
    auto was = sum;
    std::optional<std::int32_t> last;
    Outcome owed{Status::ok, Rational(0)};
    if (over) owed = guarantee(c, *each, period, w, last);
    if (closes && !applies) {
      if (!last) return Status::ok;
      w.day = *last;
      auto g = guard(version_at(c, *last)->common, w);
      if (g.status != Status::ok) return g.status;
      if (!std::get<bool>(g.value)) return Status::ok;
      applies = true;
    }
    if (!applies) continue;
    if (owed.status != Status::ok) return owed.status;
    sum += given;
    if (!over) continue;
    auto low = std::get<Rational>(owed.value);
    given = std::max(low, sum) - (closes ? was : std::max(low, was));
  }
  return Status::ok;
}

// Rule 19: by day; of one day the closes of the day before come first, and each kind in declaration order.
void Instance::tick(std::int32_t through) {
  while (s_.started && s_.halt == Status::ok) {
    std::optional<std::tuple<std::int32_t, bool, ClauseId>> next;
    auto consider = [&](std::int32_t day, bool release, ClauseId i) {
      if (day <= through && (!next || std::tuple(day, release, i) < *next)) next = {day, release, i};
    };
    for (auto i : m_.clauses.ids()) {
      if (auto at = next_close(i)) consider(at->day + 1, false, i);
      if (any_payment(m_.clauses[i]) && !s_.payments[i].released)
        for (auto &v : m_.clauses[i].versions)
          if (releases(v)) consider(v.from, true, i);
    }
    if (!next) return;
    auto [day, release_it, i] = *next;
    if (release_it) {
      release(i);
      continue;
    }
    auto saved = s_;
    auto s = close(i, *next_close(i));
    if (s == Status::ok) continue;
    s_ = std::move(saved);
    s_.halt = s;
  }
}

// Rule 7, M3: an event for a period that has closed, and is kept open to it, reworks what that period came to.
std::optional<Instance::Occasion> Instance::again(const Clause &c, const Reported &e, std::int32_t on) const {
  auto *p = any_payment(c);
  if (!p->each || p->restatable == 0 || !reads(c).count(e.event)) return std::nullopt;
  auto period = period_of(e.economic, *p->each);
  if (period > closed_through(*p, *p->each, on)) return std::nullopt;
  World w{last_day(period, *p->each), &s_.reported.back(), SIZE_MAX, nullptr, true};
  w.through = w.window = w.day;
  World before = w;
  before.count = s_.reported.size() - 1;
  return Occasion{w, on, before};
}

} // namespace deal::oracle
