#include "syntax/builder.h"

namespace deal::syntax {

Clause Builder::clause(P::ClauseContext *c) {
  Clause out;
  auto common = [&](auto *parsed, auto *title, auto texts, auto lines) {
    out.title = text(title);
    out.badge = badge(parsed->badge());
    for (auto *t : texts) out.lines.push_back({text_line(t), "text", {}, span(t)});
    for (auto *l : lines) out.lines.push_back(line(l));
  };
  if (auto *x = dynamic_cast<P::LicenseClauseContext *>(c)) {
    out.kind = Clause::license;
    out.name = name(x->name());
    auto *s = x->licenseSentence();
    out.sentence_span = span(s);
    if (s->GRANTS()) out.sentence = GrantSentence{name(s->name(0)), name(s->name(1)), names(s->names()), true};
    else out.sentence = BeyondSentence{"`transfers`"};
    common(x, x->string(), x->text(), x->line());
  } else if (auto *p = dynamic_cast<P::PaymentClauseContext *>(c)) {
    out.kind = Clause::payment;
    out.name = name(p->name(0));
    out.sentence_span = join(span(p->name(1)), span(p->payee()));
    out.sentence = pay(name(p->name(1)), p->payee());
    common(p, p->string(), p->text(), p->line());
  } else if (auto *d = dynamic_cast<P::DutyClauseContext *>(c)) {
    out.kind = d->OBLIGATION() ? Clause::obligation : d->PERMISSION() ? Clause::permission : d->PROHIBITION() ? Clause::prohibition : Clause::option;
    out.name = name(d->name(0));
    out.sentence_span = join(span(d->name(1)), d->sum() ? span(d->sum()) : d->span() ? span(d->span()) : span(d->act()));
    out.sentence = duty(name(d->name(1)), d->modal(), d->act());
    if (d->span()) out.sentence = BeyondSentence{"`within` a span after an event"};
    if (d->sum()) {
      auto deadline = sum(d->sum());
      auto *day = std::get_if<DateLit>(&tree_.exprs[deadline].node);
      if (auto *act = std::get_if<DutySentence>(&out.sentence); day && act) act->by = Date{day->day, tree_.exprs[deadline].span};
      else out.sentence = BeyondSentence{"a deadline that is not a date"};
    }
    common(d, d->string(), d->text(), d->line());
  } else if (auto *e = dynamic_cast<P::ExclusivityClauseContext *>(c)) {
    out.kind = Clause::exclusivity;
    out.name = name(e->name(0));
    out.sentence_span = join(span(e->name(1)), span(e->name(2)));
    out.sentence = GrantSentence{name(e->name(1)), name(e->name(2)), names(e->names()), false};
    common(e, e->string(), e->text(), e->line());
  } else {
    auto *k = dynamic_cast<P::CapClauseContext *>(c);
    auto *w = dynamic_cast<P::WaterfallClauseContext *>(c);
    out.kind = k ? Clause::cap : Clause::waterfall;
    out.name = name(k ? k->name() : w->name());
    out.sentence_span = span(c);
    out.sentence = BeyondSentence{k ? "a cap over several payments" : "waterfalls"};
  }
  return out;
}

PaySentence Builder::pay(Name payer, P::PayeeContext *c) {
  PaySentence out{std::move(payer), {}, {}, false};
  auto *a = c->amount();
  out.amount.span = span(a);
  out.beyond = c->SPLIT() || a->schedule();
  if (c->name()) out.payee = name(c->name());
  if (out.beyond) {
    auto what = c->SPLIT() ? "`split`" : a->schedule()->SLICES() ? "`by slices`" : "`by level`";
    out.amount.single = add(Beyond{what}, c->SPLIT() ? span(c) : span(a));
  } else if (a->expr()) {
    out.amount.single = expr(a->expr());
  }
  for (auto *r : a->reading()) out.amount.readings.push_back(reading(r));
  return out;
}

DutySentence::Modal Builder::modal(P::ModalContext *c) {
  return c->MAY() ? DutySentence::may : c->NOT() ? DutySentence::must_not : DutySentence::must;
}

Sentence Builder::duty(Name party, P::ModalContext *m, P::ActContext *a) {
  if (!a->deed()) return BeyondSentence{a->SUSPEND() ? "`suspend`" : "`bring … to at least`"};
  if (a->deed()->TERMINATE()) return BeyondSentence{"`terminate`"};
  return DutySentence{modal(m), std::move(party), deed(a->deed()), {}};
}

Line Builder::line(P::LineContext *c) {
  auto node = provision(c->provision());
  auto lead = c->provision()->getStart()->getText();
  return {std::move(node), std::move(lead), badge(c->badge()), span(c)};
}

Provision Builder::provision(P::ProvisionContext *c) {
  if (auto *x = dynamic_cast<P::WhenLineContext *>(c)) return WhenLine{condition(x->condition())};
  if (auto *x = dynamic_cast<P::UnlessLineContext *>(c)) return UnlessLine{condition(x->condition())};
  if (auto *x = dynamic_cast<P::TermLineContext *>(c)) return term(x->termspec(), span(c));
  if (auto *x = dynamic_cast<P::SubjectLineContext *>(c)) return SubjectLine{names(x->names())};
  if (auto *x = dynamic_cast<P::NotwithstandingLineContext *>(c)) return NotwithstandingLine{names(x->names())};
  if (auto *x = dynamic_cast<P::TextLineContext *>(c)) return text_line(x->text());
  if (auto *x = dynamic_cast<P::ExclusiveLineContext *>(c))
    return ExclusiveLine{x->EXCLUSIVE() ? ExclusiveLine::exclusive : x->SOLE() ? ExclusiveLine::sole : ExclusiveLine::non_exclusive};
  if (auto *x = dynamic_cast<P::ExcludesLineContext *>(c)) return ExcludesLine{names(x->names())};
  if (auto *x = dynamic_cast<P::OnLineContext *>(c)) {
    if (x->date()) return OnLine{date(x->date()), {}};
    return OnLine{{}, name(x->name())};
  }
  if (auto *x = dynamic_cast<P::CappedLineContext *>(c)) return CappedLine{expr(x->expr()), scope(x->scope())};
  if (auto *x = dynamic_cast<P::CountingLineContext *>(c)) return counting(x->counting());
  if (auto *x = dynamic_cast<P::PartLineContext *>(c))
    return PartLine{x->LAST() ? PartLine::by_last_day : x->PROPORTION() ? PartLine::in_proportion : PartLine::not_counted};
  if (dynamic_cast<P::CarriesLineContext *>(c)) return CarriesLine{};
  if (auto *x = dynamic_cast<P::RoundLineContext *>(c)) {
    RoundLine node{rounding(x->rounding()), {}};
    if (x->number()) node.places = small(x->number(), 18);
    return node;
  }
  if (auto *x = dynamic_cast<P::PayableLineContext *>(c)) {
    PayableLine node;
    if (x->ONCE()) return node.at_once = true, node;
    auto *s = x->span();
    if (!s || s->BEFORE() || !s->period() || s->name() || s->BUSINESS()) return BeyondLine{"this form of `payable`"};
    node.count = small(s->number(), 100000);
    node.unit = unit(s->unit());
    node.after = period(s->period());
    return node;
  }
  if (auto *x = dynamic_cast<P::RestatableLineContext *>(c)) return RestatableLine{small(x->number(), 1000), unit(x->unit())};
  if (auto *x = dynamic_cast<P::ClosesLineContext *>(c)) return ClosesLine{small(x->number(), 100000), unit(x->unit()), period(x->period())};
  return BeyondLine{fmt::format("the line `{}`", c->getStart()->getText())};
}

TermLine Builder::term(P::TermspecContext *c, Span line) {
  TermLine out;
  if (c->FROM()) {
    if (c->date()) out.start = date(c->date());
    else out.start_event = name(c->name());
  } else if (c->date()) {
    sink_.report(Diag::read_term, span(c), "whether the date begins or ends it").with_help("write `term from DATE`, `through DATE` or `until DATE`");
  }
  for (auto *e : c->ending()) {
    Ending end{e->THROUGH() ? Ending::through : e->FOR() ? Ending::lasting : e->date() ? Ending::until_date : Ending::until_event,
               {},
               {},
               0,
               Unit::day,
               span(e)};
    if (e->date()) end.date = date(e->date());
    if (e->name()) end.event = name(e->name());
    if (e->FOR()) end.count = small(e->number(), 100000), end.unit = unit(e->unit());
    out.endings.push_back(std::move(end));
  }
  if (c->WHICHEVER()) out.which = c->FIRST() ? TermLine::first : TermLine::last;
  if (!c->FROM() && !c->date() && out.endings.empty()) sink_.report(Diag::read_term, line, "when it begins or ends");
  if (out.endings.size() > 1 && out.which == TermLine::unsaid)
    sink_.report(Diag::read_term, line, "which ending counts").with_help("add `, whichever is first` or `, whichever is last`");
  return out;
}

Scope Builder::scope(P::ScopeContext *c) {
  if (c->TOTAL()) return {Scope::total, {}};
  if (c->ANY()) return {Scope::rolling, {}};
  if (c->EVENT()) return {Scope::event, {}};
  return {Scope::period, period(c->period())};
}

CountingLine Builder::counting(P::CountingContext *c) {
  if (c->date()) return {date(c->date())};
  return {};
}

} // namespace deal::syntax
