// Payments that are reckoned at the close of a period, or on a day (semantics.md rule 21, M2 to M6), and the periods that close.
#include "check/checker.h"
#include "check/cone.h"
#include "support/date.h"
#include <algorithm>
#include <fmt/format.h>

namespace deal::check {
namespace {

std::string words_of(Period p) { return fmt::format("{} {}", p.contract ? "contract" : "calendar", unit_words[static_cast<std::size_t>(p.unit)]); }
std::string window_of(const Total &t) {
  if (t.each) return "this " + words_of(*t.each);
  return t.since == always_from ? "so far" : "since " + format_date(t.since);
}
bool same_window(const Total &a, const Total &b) { return a.each == b.each && a.since == b.since; }

} // namespace

std::vector<Period> closing_periods(const Model &m, const Version &v) {
  std::vector<Period> out;
  auto *p = payment_in(v);
  if (!p || p->day) return out;
  auto add = [&](Period each) {
    if (std::find(out.begin(), out.end(), each) == out.end()) out.push_back(each);
  };
  if (p->each) add(*p->each);
  for (auto &limit : p->limits)
    if (limit.at == Stage::cap_each_period || limit.at == Stage::guarantee) add(limit.each);
  std::vector<TermId> read;
  for_version(v, [&](TermId id) { read.push_back(id); });
  for_cone(m, read, Cone::definitions, [&](const Term &t) {
    if (auto *total = std::get_if<TotalRef>(&t.node); total && m.totals[total->total].each) add(*m.totals[total->total].each);
  });
  std::sort(out.begin(), out.end(), [](Period a, Period b) { return a.unit < b.unit; });
  return out;
}

std::vector<Period> closing_periods(const Model &m, const Clause &c) {
  std::vector<Period> out;
  for (auto &v : c.versions)
    for (auto each : closing_periods(m, v))
      if (std::find(out.begin(), out.end(), each) == out.end()) out.push_back(each);
  std::sort(out.begin(), out.end(), [](Period a, Period b) { return a.unit < b.unit; });
  return out;
}

std::set<EventId> events_of(const Model &m, const Clause &c) {
  std::set<EventId> out;
  for_cone(m, terms_of(c), Cone::definitions, [&](const Term &t) {
    if (auto *f = std::get_if<FieldRef>(&t.node)) out.insert(f->event);
    if (auto *total = std::get_if<TotalRef>(&t.node)) out.insert(m.totals[total->total].event);
  });
  for (auto &v : c.versions)
    if (auto *p = payment_in(v); p && p->trigger) out.insert(p->trigger);
  return out;
}

// What an amount accumulates: nothing, where it is of the period's own total; else the longer window that it reads.
void Checker::reckoned(PaymentVersion &out, const Draft &d) {
  bool own = false;
  std::vector<std::pair<TotalId, Span>> longer; // one of each window
  for_cone(m_, out.amount, [&](const Term &x) {
    if (auto *f = std::get_if<FieldRef>(&x.node)) {
      auto &event = m_.events[f->event];
      auto name = fmt::format("{}.{}", event.name, event.fields[static_cast<std::size_t>(f->field)].name);
      auto window = out.each ? "this " + words_of(*out.each) : std::string("so far");
      sink_.report(Diag::field_at_close, x.span, name).with_help(fmt::format("say `total {} {}`", name, window));
    }
    auto *total = std::get_if<TotalRef>(&x.node);
    if (total && total->before) sink_.report(Diag::no_event, x.span, m_.events[m_.totals[total->total].event].name);
    if (!total || !out.each) return;
    auto &t = m_.totals[total->total];
    if (t.each == out.each) own = true;
    else if (t.each && !made_of(*t.each, *out.each)) sink_.report(Diag::window_in_pieces, x.span, window_of(t), words_of(*out.each));
    else if (std::none_of(longer.begin(), longer.end(), [&](auto &have) { return same_window(m_.totals[have.first], t); }))
      longer.emplace_back(total->total, x.span);
  });
  if (own || longer.empty()) return;
  out.total = longer[0].first;
  if (longer.size() > 1)
    sink_.report(Diag::two_windows, longer[1].second, window_of(m_.totals[longer[1].first]), window_of(m_.totals[out.total]))
        .at(longer[0].second, "the other one")
        .with_help("state two payments");
  for (auto &l : d.lines) {
    if (l.lead == "restatable") sink_.report(Diag::not_supported, l.span, "`restatable` of an amount that accumulates over periods");
    if (l.lead == "part" && out.part == syntax::PartLine::in_proportion) sink_.report(Diag::no_days_of_its_own, l.span);
  }
}

// A close takes what has come for the days through the period's last: of longer windows what came for later ones is known apart.
void Checker::known_by_period(const Clause &c) {
  std::vector<Period> earning;
  for (auto &v : c.versions)
    if (auto *p = payment_in(v)) {
      if (p->each) earning.push_back(*p->each);
      for (auto &limit : p->limits)
        if (limit.at == Stage::guarantee) earning.push_back(limit.each);
    }
  if (earning.empty()) return;
  std::vector<Total> wanted;
  for_cone(m_, terms_of(c), Cone::definitions, [&](const Term &t) {
    if (auto *total = std::get_if<TotalRef>(&t.node)) wanted.push_back(m_.totals[total->total]);
  });
  for (auto &t : wanted)
    for (auto each : earning) {
      t.each = each;
      kept(t);
    }
}

// M6: a day of a version that is over before the version begins does not come again.
void Checker::days_to_come(const Clause &c) {
  const PaymentVersion *before = nullptr;
  for (auto &v : c.versions) {
    auto *p = payment_in(v);
    if (!p) continue;
    auto from = std::max(v.from == always_from ? m_.effective.value_or(always_from) : v.from, v.common.term.start);
    if (p->day && *p->day < from && (!before || p->day != before->day)) {
      auto line = std::find_if(v.common.lines.begin(), v.common.lines.end(), [](auto &l) { return l.lead == "on"; });
      sink_.report(Diag::day_is_over, line->span, format_date(*p->day), format_date(from));
    }
    before = p;
  }
}

// Rule 8: a period that is covered in part says what is guaranteed for it; a guarantee stays below the cap of its period.
void Checker::guarantees(const Clause &c) {
  auto periods = periods_of(m_);
  const PaymentVersion *before = nullptr;
  for (std::size_t i = 0; i < c.versions.size(); ++i) {
    auto &v = c.versions[i];
    auto *p = payment_in(v);
    if (!p) continue;
    auto &t = v.common.term;
    for (auto &limit : p->limits) {
      if (limit.at != Stage::guarantee) continue;
      auto inside = [&](std::int32_t first) {
        return first != always_from && first != never && periods.first(periods.of(first, limit.each), limit.each) != first;
      };
      auto same_line = [&](auto &l) { return l.at == limit.at && l.each == limit.each && l.amount == limit.amount; };
      bool begins = !before || std::none_of(before->limits.begin(), before->limits.end(), same_line);
      bool ends = i + 1 < c.versions.size() && ended(c.versions[i + 1]);
      auto in_part = (begins && inside(v.from)) || (ends && inside(c.versions[i + 1].from)) || inside(t.start) || t.start_event;
      for (auto &e : t.ends) in_part |= e.until_event || (e.through != never && inside(e.through + 1));
      if (in_part && !limit.part)
        sink_.report(Diag::guarantee_in_part, m_[limit.amount].span, words_of(limit.each)).with_help("add `in proportion to days` or `in full`");
      for (auto &cap : p->limits) {
        auto high = m_.constant(cap.amount), low = m_.constant(limit.amount);
        bool same = cap.at == Stage::cap_each_period && cap.each == limit.each && high && low && high->status == Status::ok && low->status == Status::ok;
        if (same && std::get<Rational>(low->value) > std::get<Rational>(high->value))
          sink_.report(Diag::guarantee_above_cap, m_[limit.amount].span, words_of(limit.each)).at(m_[cap.amount].span, "the cap");
      }
      if (p->deferred && p->trigger) sink_.report(Diag::not_supported, v.common.span, "`deferred` beside a guarantee, of a payment that an event triggers");
      for (auto &portion : p->portions)
        if (portion.share && reads<FieldRef>(m_, portion.share))
          sink_.report(Diag::not_supported, m_[portion.share].span, "a portion that reads the event beside a guarantee: no event is at hand at the close");
      for (auto condition : {v.common.guard.when, v.common.guard.unless})
        if (condition && reads<FieldRef>(m_, condition))
          sink_.report(Diag::not_supported, m_[condition].span, "a guarantee under a condition that reads the event: no event is at hand at the close");
    }
    before = p;
  }
}

} // namespace deal::check
