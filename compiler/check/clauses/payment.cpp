#include "check/checker.h"
#include "check/cone.h"

namespace deal::check {
namespace {

// semantics.md rule 6: the one order of application; of the caps and guarantees each period the shorter first (M2, M8).
int rank(const syntax::Line &l) {
  auto *row = line_row(l.lead);
  auto *c = std::get_if<syntax::CappedLine>(&l.node);
  if (auto *least = std::get_if<syntax::AtLeastLine>(&l.node)) return row->rank + static_cast<int>(least->scope.each.unit);
  if (!c) return row ? row->rank : 0;
  switch (c->scope.kind) {
  case syntax::Scope::event: break;
  case syntax::Scope::period: return row->rank + 20 + static_cast<int>(c->scope.each.unit);
  case syntax::Scope::rolling: return row->rank + 30;
  case syntax::Scope::total: return row->rank + 40;
  }
  return row->rank;
}

// The period that a line gives the payment.
std::optional<Period> period_of(const syntax::Line &l) {
  auto of_scope = [](const syntax::Scope &s) { return s.kind == syntax::Scope::period ? std::optional(s.each) : std::nullopt; };
  if (auto *e = std::get_if<syntax::EachLine>(&l.node)) return e->each;
  if (auto *c = std::get_if<syntax::CappedLine>(&l.node)) return of_scope(c->scope);
  if (auto *g = std::get_if<syntax::AtLeastLine>(&l.node)) return of_scope(g->scope);
  return std::nullopt;
}

} // namespace

void Checker::lines_in_order(const Draft &d) {
  const syntax::Line *above = nullptr;
  for (auto &l : d.lines) {
    if (rank(l) == 0) continue;
    if (above && rank(l) < rank(*above))
      sink_.report(Diag::line_out_of_order, l.span, l.lead)
          .at(above->span, "applied later")
          .with_help("put the lines in the order of application: move this one above");
    above = &l;
  }
}

TermId Checker::amount_of(const syntax::PaySentence &s) {
  if (!s.amount.readings.empty()) {
    auto wanted = m_.type(elaborate(s.amount.readings.front().body, {}));
    return choose(s.amount.readings, {}, &wanted, s.amount.span);
  }
  auto &e = tree_.exprs[s.amount.single];
  auto *p = std::get_if<syntax::Power>(&e.node);
  return p ? power(*p, e.span, {}, true) : elaborate(s.amount.single, {});
}

void Checker::limit_line(PaymentVersion &to, const syntax::CappedLine &line, Span span, const Type &money) {
  auto amount = [&] {
    auto x = elaborate_as(line.amount, {}, money);
    auto c = m_.constant(x);
    if (c && c->status == Status::ok && m_.type(x).base == Type::money && std::get<Rational>(c->value) < 0)
      sink_.report(Diag::cap_below_zero, m_[x].span, format_value(value_type(m_, money), std::get<Rational>(c->value)))
          .with_help("an amount that the payer gets is a payment the other way");
    return x;
  };
  auto limit = [&](Stage at) { to.limits.push_back({at, line.scope.each, amount(), {}}); };
  switch (line.scope.kind) {
  case syntax::Scope::total: return limit(Stage::cap_in_total);
  case syntax::Scope::event: return limit(Stage::cap_each_event);
  case syntax::Scope::rolling: sink_.report(Diag::not_supported, span, "a cap in any months"); return;
  case syntax::Scope::period: break;
  }
  if (has_begin(line.scope.each, span)) limit(Stage::cap_each_period);
}

void Checker::at_least_line(PaymentVersion &to, const syntax::AtLeastLine &line, Span span, const Type &money) {
  auto x = elaborate_as(line.amount, {}, money);
  if (line.scope.kind != syntax::Scope::period) sink_.report(Diag::not_supported, span, "a guarantee that is not of a period");
  else if (has_begin(line.scope.each, span)) to.limits.push_back({Stage::guarantee, line.scope.each, x, line.part});
}

void Checker::line_misplaced(const Draft &d, std::string_view lead, std::string_view why) {
  if (incomplete(d)) return; // what it belongs to may be a line that is not supported yet
  for (auto &l : d.lines)
    if (l.lead == lead) sink_.report(Diag::line_not_here, l.span, "this payment", lead).with_help(std::string(why));
}

// What belongs to periods that close: only a payment with a cell for each period has some.
void Checker::period_lines(const Draft &d, const Version &v) {
  auto periods = closing_periods(m_, v);
  auto &p = *payment_in(v);
  std::string_view none = p.day ? "a payment on a date has no period" : "only a payment with a cell for each period has periods that close";
  if (p.closes && periods.empty()) line_misplaced(d, "closes", none);
  if (p.restatable > 0 && periods.empty()) line_misplaced(d, "restatable", none);
  if (p.part && p.day) line_misplaced(d, "part", none);
  if (periods.empty()) return;
  for (auto &l : d.lines) {
    auto *c = std::get_if<syntax::ClosesLine>(&l.node);
    if (c && std::find(periods.begin(), periods.end(), c->after) == periods.end()) line_misplaced(d, "closes", "its period is none that closes");
    auto *r = std::get_if<syntax::RestatableLine>(&l.node);
    if (r && std::none_of(periods.begin(), periods.end(), [&](Period each) { return each.unit == r->unit; }))
      line_misplaced(d, "restatable", "its period is none that closes");
    else if (r && periods.size() > 1) sink_.report(Diag::not_supported, l.span, "`restatable` beside several periods that close");
  }
  if (std::all_of(periods.begin(), periods.end(), [&](Period each) { return each.contract == periods[0].contract; })) return;
  auto at = d.sentence_span;
  std::optional<Period> first;
  for (auto &l : d.lines) {
    auto each = period_of(l);
    if (first && each && each->contract != first->contract) at = l.span;
    if (!first) first = each;
  }
  sink_.report(Diag::mixed_periods, at).with_help("one would cut the other: state two payments");
}

// What a payment's words hold. They can be read before the clause itself is: what its amount is made of then says the currency; an amount
// that rests on the payment's own words has the currency of the file.
Type Checker::money_of(ClauseId index) {
  auto &clause = m_.clauses[index];
  auto t = money(m_.currency);
  const PaymentVersion *version = nullptr;
  for (auto &v : clause.versions)
    if (auto *p = payment_in(v)) version = p;
  if (version && version->amount) t = m_.type(version->amount);
  else if (auto *s = std::get_if<syntax::PaySentence>(&sentences_[index]->sentence);
           s && measured_.insert(index).second) {
    t = m_.type(amount_of(*s));
    measured_.erase(index);
  }
  t.bare = false;
  t.low = t.high = std::nullopt;
  return t;
}

void Checker::payment_line(PaymentVersion &out, const syntax::Line &l, const Type &t) {
  if (auto *c = std::get_if<syntax::CappedLine>(&l.node)) limit_line(out, *c, l.span, t);
  if (auto *g = std::get_if<syntax::AtLeastLine>(&l.node)) at_least_line(out, *g, l.span, t);
  if (auto *e = std::get_if<syntax::EachLine>(&l.node); e && has_begin(e->each, l.span)) out.each = e->each;
  if (auto *c = std::get_if<syntax::CountingLine>(&l.node)) out.counting = *c;
  if (auto *p = std::get_if<syntax::PartLine>(&l.node)) out.part = p->kind;
  if (auto *w = std::get_if<syntax::WaivedLine>(&l.node)) out.waived = elaborate_as(w->condition, {}, plain(Type::boolean));
  if (auto *w = std::get_if<syntax::DeferredLine>(&l.node)) out.deferred = elaborate_as(w->condition, {}, plain(Type::boolean));
  if (std::holds_alternative<syntax::CarriesLine>(l.node)) out.carries = true;
  if (auto *r = std::get_if<syntax::RoundLine>(&l.node)) {
    out.rounding = r->mode;
    if (r->places) out.places = *r->places;
    if (out.places > t.scale && t.base == Type::money)
      sink_.report(Diag::bad_number, l.span, out.places, fmt::format("{} has {} places", describe(t), t.scale));
  }
  if (auto *p = std::get_if<syntax::PayableLine>(&l.node); p && !p->at_once) {
    has_begin(*p->after, l.span);
    if (p->unit != Unit::day && p->unit != Unit::week)
      sink_.report(Diag::not_supported, l.span, "a payable date that is not counted in days or weeks");
    out.payable = PayableRule{p->unit == Unit::week ? 7 * p->count : p->count, Unit::day, *p->after};
  }
  if (auto *r = std::get_if<syntax::RestatableLine>(&l.node)) out.restatable = r->count;
  if (auto *c = std::get_if<syntax::ClosesLine>(&l.node)) {
    if (c->unit != Unit::day && c->unit != Unit::week) sink_.report(Diag::not_supported, l.span, "a close that is not counted in days or weeks");
    out.closes = ClosesRule{c->unit == Unit::week ? 7 * c->count : c->count, Unit::day};
  }
  if (auto *on = std::get_if<syntax::OnLine>(&l.node)) {
    if (on->date) out.day = on->date->day;
    else if (auto *event = lookup(on->event, Symbol::event)) out.trigger = event->index;
  }
}

// The trigger: the event that an `on` line names, else the one whose fields or totals the amount reads.
void Checker::trigger(PaymentVersion &out, const Draft &d) {
  for (auto &l : d.lines)
    if (out.each && l.lead == "on") sink_.report(Diag::line_not_here, l.span, "a payment `each` period", l.lead);
  if (out.each || out.day) return reckoned(out, d);
  std::set<EventId> events;
  auto collect = [&](TermId id) {
    if (!id) return;
    for_cone(m_, id, [&](const Term &x) {
      if (auto *f = std::get_if<FieldRef>(&x.node)) events.insert(f->event);
      if (auto *total = std::get_if<TotalRef>(&x.node); total && !out.trigger)
        events.insert(m_.totals[total->total].event);
    });
  };
  collect(out.amount);
  // An amount on the event's own fields stores per event, also where a total that it reads sets its rate; one on totals alone stores
  // cumulatively (semantics.md rule 4).
  bool own = false;
  std::optional<Span> two;
  for_cone(m_, out.amount, [&](const Term &x) {
    own |= std::holds_alternative<FieldRef>(x.node);
    if (auto *total = std::get_if<TotalRef>(&x.node)) {
      own |= total->before;
      auto &t = m_.totals[total->total];
      if (out.total && t.each != m_.totals[out.total].each) two = x.span;
      out.total = total->total;
    }
  });
  if (!own && two) sink_.report(Diag::not_supported, *two, "an amount on running totals over several windows");
  if (out.trigger) events.insert(out.trigger);
  if (own || (out.total && out.trigger && m_.totals[out.total].event != out.trigger)) out.total = {};
  if (m_.type(out.amount).base == Type::error) return;
  if (events.empty()) {
    bool says_when = std::any_of(d.lines.begin(), d.lines.end(), [](auto &l) { return l.lead == "each" || l.lead == "on"; }); // and it was refused
    if (!incomplete(d) && !says_when)
      sink_.report(Diag::no_trigger, d.sentence_span)
          .with_help("a payment arises from an event whose field it reads; or add `each PERIOD`, `on DATE` or `on EVENT`");
  } else if (events.size() > 1)
    sink_.report(Diag::two_events, d.sentence_span, m_.events[*events.begin()].name,
                 m_.events[*events.rbegin()].name);
  else out.trigger = *events.begin();
}

// What is deferred under one version may come in under another: both have to say when.
void Checker::deferrals(const Clause &c) {
  const PaymentVersion *before = nullptr;
  for (auto &v : c.versions) {
    auto *p = payment_in(v);
    if (!p) continue;
    if (before && !p->deferred != !before->deferred)
      sink_.report(Diag::not_supported, v.common.span, "an amendment that adds or drops `deferred`");
    if (p->deferred && !c.restarts.empty()) sink_.report(Diag::not_supported, v.common.span, "`restart` of a payment with a line `deferred`");
    before = p;
  }
}

ClauseBody Checker::payment(const Draft &d, const syntax::PaySentence &s, Common &common) {
  unique_lines(d);
  PaymentVersion out;
  out.payer = party(s.payer);
  if (!s.portions.empty()) split(out, s);
  else out.payee = party(s.payee), two_parties(s.payer, s.payee);
  out.rounding = m_.rounding;
  auto amount = amount_of(s);
  auto t = m_.type(amount);
  if (t.base != Type::error && t.base != Type::money) sink_.report(Diag::type_mismatch, m_[amount].span, "an amount of money", describe(t));
  out.amount = amount;
  out.currency = t.currency;
  out.places = t.scale;
  bare_shares_of(amount);
  for (auto &l : d.lines) {
    common_line(l, common, {});
    payment_line(out, l, t);
  }
  std::stable_sort(out.limits.begin(), out.limits.end(), [](auto &l, auto &r) { return std::tie(l.at, l.each.unit) < std::tie(r.at, r.each.unit); });
  if (out.counting && !out.cap()) line_misplaced(d, "counting", "it belongs to a cap in total");
  period_lines(d, {always_from, common, out});
  for (auto &l : d.lines)
    if (std::holds_alternative<syntax::DeferredLine>(l.node) && out.restatable > 0)
      sink_.report(Diag::line_not_here, l.span, "a payment that is `restatable`", l.lead)
          .with_help("the period that took what was deferred would have to be found again");
  trigger(out, d);
  return out;
}

} // namespace deal::check
