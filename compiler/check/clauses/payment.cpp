#include "check/checker.h"
#include "check/cone.h"

namespace deal::check {
namespace {

// semantics.md rule 6: the one order of application.
int stage(const syntax::Line &l) {
  if (auto *c = std::get_if<syntax::CappedLine>(&l.node)) {
    switch (c->scope.kind) {
    case syntax::Scope::event: return 2;
    case syntax::Scope::period: return 4;
    case syntax::Scope::rolling: return 5;
    case syntax::Scope::total: return 6;
    }
  }
  if (l.lead == "waived" || l.lead == "deferred") return 1;
  if (l.lead == "at") return 3;
  if (l.lead == "recoups") return 8;
  if (l.lead == "nets") return 9;
  return 0;
}

} // namespace

void Checker::lines_in_order(const Draft &d) {
  const syntax::Line *above = nullptr;
  for (auto &l : d.lines) {
    if (stage(l) == 0) continue;
    if (above && stage(l) < stage(*above))
      sink_.report(Diag::line_out_of_order, l.span, l.lead)
          .at(above->span, "applied later")
          .with_help("put the lines in the order of application: move this one above");
    above = &l;
  }
}

TermId Checker::amount_of(const syntax::PaySentence &s) {
  if (!s.amount.readings.empty()) {
    auto wanted = m_[elaborate(s.amount.readings.front().body, {})].type;
    return choose(s.amount.readings, {}, &wanted, s.amount.span);
  }
  auto &e = tree_.exprs[s.amount.single];
  auto *p = std::get_if<syntax::Power>(&e.node);
  return p ? power(*p, e.span, {}, true) : elaborate(s.amount.single, {});
}

// What a payment's words hold. They can be read before the clause itself is: what its amount is made of then says the currency; an amount
// that rests on the payment's own words has the currency of the file.
Type Checker::money_of(int index) {
  auto &clause = m_.clauses[static_cast<std::size_t>(index)];
  auto t = money(m_.currency);
  const PaymentVersion *version = nullptr;
  for (auto &v : clause.versions)
    if (auto *p = std::get_if<PaymentVersion>(&v.body)) version = p;
  if (version && version->amount) t = m_[version->amount].type;
  else if (auto *s = std::get_if<syntax::PaySentence>(&sentences_.at(static_cast<std::size_t>(index))->sentence);
           s && !s->beyond && measured_.insert(index).second) {
    t = m_[amount_of(*s)].type;
    measured_.erase(index);
  }
  t.bare = false;
  t.low = t.high = std::nullopt;
  return t;
}

std::variant<Ended, LicenseVersion, PaymentVersion, NormVersion> Checker::payment(const Draft &d, const syntax::PaySentence &s, Common &common,
                                                                                  std::int32_t) {
  unique_lines(d, "a payment",
               {"when", "unless", "term", "text", "on", "capped", "counting", "part", "carries", "round", "payable", "restatable", "closes"});
  PaymentVersion out;
  out.payer = party(s.payer);
  if (!s.beyond) out.payee = party(s.payee), two_parties(s.payer, s.payee);
  out.rounding = m_.rounding;
  auto amount = amount_of(s);
  auto t = m_[amount].type;
  if (t.base != Type::error && t.base != Type::money) sink_.report(Diag::type_mismatch, m_[amount].span, "an amount of money", describe(t));
  out.amount = amount;
  out.currency = t.currency;
  out.places = t.scale;
  bare_shares_of(amount);
  auto money = [&](ExprId e) {
    auto x = elaborate_as(e, {}, t);
    auto c = m_.constant(x);
    if (c && c->status == Status::ok && m_[x].type.base == Type::money && std::get<Rational>(c->value) < 0)
      sink_.report(Diag::cap_below_zero, m_[x].span, format_value(value_type(m_, t), std::get<Rational>(c->value)))
          .with_help("an amount that the payer gets is a payment the other way");
    return x;
  };
  for (auto &l : d.lines) {
    common_line(l, common, {});
    if (auto *c = std::get_if<syntax::CappedLine>(&l.node)) {
      switch (c->scope.kind) {
      case syntax::Scope::total: out.cap = money(c->amount); break;
      case syntax::Scope::event: out.each_event.push_back({money(c->amount)}); break;
      case syntax::Scope::period:
        if (c->scope.each.contract) sink_.report(Diag::not_supported, l.span, "contract years");
        out.each_period = PeriodCap{money(c->amount), c->scope.each};
        break;
      case syntax::Scope::rolling: sink_.report(Diag::not_supported, l.span, "a cap in any months"); break;
      }
    }
    if (auto *c = std::get_if<syntax::CountingLine>(&l.node)) out.counting = *c;
    if (auto *p = std::get_if<syntax::PartLine>(&l.node)) out.part = p->kind;
    if (std::holds_alternative<syntax::CarriesLine>(l.node)) out.carries = true;
    if (auto *r = std::get_if<syntax::RoundLine>(&l.node)) {
      out.rounding = r->mode;
      if (r->places) out.places = *r->places;
      if (out.places > t.scale && t.base == Type::money)
        sink_.report(Diag::bad_number, l.span, out.places, fmt::format("{} has {} places", describe(t), t.scale));
    }
    if (auto *p = std::get_if<syntax::PayableLine>(&l.node); p && !p->at_once) {
      if (p->after->contract) sink_.report(Diag::not_supported, l.span, "contract years");
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
      if (on->date) sink_.report(Diag::not_supported, l.span, "a payment on a date");
      else if (auto *event = lookup(on->event, Symbol::event)) out.trigger = event->index;
    }
  }
  bool beyond = incomplete(d);
  auto misplaced = [&](std::string_view lead, std::string_view why) {
    if (beyond) return; // what it belongs to may be a line that is not supported yet
    for (auto &l : d.lines)
      if (l.lead == lead) sink_.report(Diag::line_not_here, l.span, "this payment", lead).with_help(std::string(why));
  };
  if (out.counting && !out.cap) misplaced("counting", "it belongs to a cap in total");
  if (out.closes && !out.each_period) misplaced("closes", "only a clause with a cell for each period has periods that close");
  if (out.restatable > 0 && !out.each_period) misplaced("restatable", "only a clause with a cell for each period has periods that close");
  for (auto &l : d.lines) {
    if (auto *c = std::get_if<syntax::ClosesLine>(&l.node); c && out.each_period && !(c->after == out.each_period->period))
      misplaced("closes", "its period is not that of the cap");
    if (auto *r = std::get_if<syntax::RestatableLine>(&l.node); r && out.each_period && r->unit != out.each_period->period.unit)
      misplaced("restatable", "its period is not that of the cap");
  }
  // The trigger: the event that an `on` line names, else the one whose fields or totals the amount reads.
  std::set<int> events;
  auto collect = [&](TermId id) {
    if (!id) return;
    for_cone(m_, id, [&](const Term &x) {
      if (auto *f = std::get_if<FieldRef>(&x.node)) events.insert(f->event);
      if (auto *total = std::get_if<TotalRef>(&x.node); total && out.trigger < 0)
        events.insert(m_.totals[static_cast<std::size_t>(total->total)].event);
    });
  };
  collect(amount);
  // An amount on the event's own fields stores per event, also where a total that it reads sets its rate; one on totals alone stores
  // cumulatively (semantics.md rule 4).
  bool own = false;
  for_cone(m_, amount, [&](const Term &x) {
    own |= std::holds_alternative<FieldRef>(x.node);
    if (auto *total = std::get_if<TotalRef>(&x.node)) {
      own |= total->before;
      out.total = total->total;
    }
  });
  if (out.trigger >= 0) events.insert(out.trigger);
  if (own || (out.total >= 0 && out.trigger >= 0 && m_.totals[static_cast<std::size_t>(out.total)].event != out.trigger)) out.total = -1;
  if (t.base == Type::error) return out;
  if (events.empty()) {
    if (!beyond) sink_.report(Diag::no_trigger, d.sentence_span).with_help("a payment arises from an event whose field it reads; or add `on EVENT`");
  } else if (events.size() > 1)
    sink_.report(Diag::two_events, d.sentence_span, m_.events[static_cast<std::size_t>(*events.begin())].name,
                 m_.events[static_cast<std::size_t>(*events.rbegin())].name);
  else out.trigger = *events.begin();
  return out;
}

} // namespace deal::check
