// Running totals (semantics.md rule 4, M3, M4): the cells of each, what an event adds to them, what they come to for a reader.
#include "lower/clauses/payment/closing.h"
#include <fmt/format.h>

namespace deal::lower {

// The first event that a total sees adds T(0) too.
void Program::add_total(TotalId id) {
  auto &t = m.totals[id];
  auto &event = m.events[t.event];
  auto name = fmt::format("{}.{}.total.{}", event.name, event.fields[static_cast<std::size_t>(t.field)].name, id.index);
  auto counted = [&](const std::string &at) {
    auto sum = add_cell(at, value_type(m, t.type));
    return TotalCells::Counted{sum, add_cell(at + ".events", of(ValueType::integer))};
  };
  totals.push_back({});
  auto &cells = totals[id];
  if (!t.each) return cells.all = counted(name), void();
  int places = 2;
  for (auto &c : m.clauses)
    for (auto &v : c.versions) {
      auto closing = closing_periods(m, v);
      if (std::find(closing.begin(), closing.end(), *t.each) != closing.end()) places = std::max(places, open_at_once(*payment_in(v), *t.each));
    }
  for (int i = 0; i < places; ++i) {
    auto at = fmt::format("{}.period_{}", name, i);
    auto period = add_cell(at, of(ValueType::date));
    cells.periods.push_back({counted(at + "_sum"), period});
  }
}

// What an event adds, and that it was seen.
void Body::count_totals(const StepInfo &info, const Incoming &in) {
  for (auto t : m.totals.ids()) {
    auto &total = m.totals[t];
    if (total.event.number() != info.subject) continue;
    auto field = static_cast<std::size_t>(total.field);
    auto x = input(info.layout.slots[field + 2], in.types[field]).v;
    if (total.since != always_from) x = b.select(b.less_equal(b.number(total.since), in.economic), x, b.number(0));
    auto &cells = p.totals[t];
    auto add = [&](const TotalCells::Counted &to, ValueId here, ValueId goes_on) {
      auto none = b.number(0);
      auto sum = store(number(b.add(b.select(goes_on, load(to.sum), none), x)), total.type, std::nullopt);
      fail_with(b.select(here, sum.status, status(Status::ok)));
      becomes[to.sum] = b.select(here, sum.v, load(to.sum));
      becomes[to.events] = b.select(here, b.fit(b.add(b.select(goes_on, load(to.events), none), b.number(1)), counts), load(to.events));
    };
    if (!total.each) {
      add(cells.all, b.truth(true), b.truth(true));
      continue;
    }
    auto index = period(in.economic, *total.each);
    auto mine = places(index, static_cast<int>(cells.periods.size()));
    for (std::size_t i = 0; i < cells.periods.size(); ++i) {
      auto &at = cells.periods[i];
      auto known = load(at.period), here = b.both(mine[i], b.less_equal(known, index)); // what is older than what stands there is over
      add(at, here, b.equal(known, index));
      becomes[at.period] = b.select(here, b.fit(index, {INT32_MIN, INT32_MAX}), known);
    }
  }
}

Res Body::total(const TotalRef &n, const Env &env) {
  stateful = true;
  auto halted = env.step ? status(Status::ok) : load(p.halt_cell); // a step that runs has not halted
  Env at = env;
  at.before |= n.before;
  return {halted, counted(n.total, at).sum, {}};
}

// With the event at hand, unless as before it. At a close: of what came for the days through its period's last, in the window that holds that day.
Body::Counted Body::counted(TotalId id, const Env &env) {
  auto &t = m.totals[id];
  auto &cells = p.totals[id];
  auto zero = b.number(0);
  auto now = [&](std::size_t cell) {
    if (env.event != t.event || env.before) return load(cell);
    auto next = becomes.find(cell);
    DEAL_CHECK(next != becomes.end(), "a total is read before it is made");
    return next->second;
  };
  auto of_periods = [&](const TotalCells &all, auto counted_in) {
    Counted out{zero, zero};
    for (auto &at : all.periods) {
      auto here = counted_in(now(at.period));
      out = {b.add(out.sum, b.select(here, now(at.sum), zero)), b.add(out.events, b.select(here, now(at.events), zero))};
    }
    return out;
  };
  std::optional<ValueId> last;
  if (env.close) last = period_last(env.close->period, env.close->each);
  auto window = t.each ? period(last ? *last : env.today, *t.each) : ValueId();
  if (t.each && !last && !env.step) dated = true;
  auto out = t.each ? of_periods(cells, [&](ValueId period) { return b.equal(period, window); }) : Counted{now(cells.all.sum), now(cells.all.events)};
  if (!env.close || t.each == env.close->each) return out;
  Total apart = t;
  apart.each = env.close->each;
  auto first_later = env.close->before ? env.close->period : b.add(env.close->period, b.number(1));
  auto end = t.each ? period(period_last(window, *t.each), *apart.each) : b.number(3000000);
  auto later = of_periods(p.totals[m.total_like(apart)], [&](ValueId period) { return b.both(b.less_equal(first_later, period), b.less_equal(period, end)); });
  return {b.sub(out.sum, later.sum), b.sub(out.events, later.events)};
}

} // namespace deal::lower
