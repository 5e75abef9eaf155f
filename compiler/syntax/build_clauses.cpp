#include "syntax/builder.h"

namespace deal::syntax {

Clause Builder::clause(P::ClauseContext *c) {
  Clause out;
  out.kind = clause_kind(c->getStart()->getText());
  // A form of clause: `sentence` makes its sentence of the rule for it.
  auto form = [&](auto *parsed, auto *rule, auto sentence) {
    out.name = name(parsed->name());
    out.title = text(parsed->string());
    out.sentence_span = span(rule);
    auto parts = left_out(c);
    if (!rule->exception && !cut_short(rule, parts)) {
      out.badge = badge(rule->badge());
      if (out.badge) out.sentence_span.end = span(tokens_.get(rule->badge()->getStart()->getTokenIndex() - 1)).end;
      out.sentence = sentence(rule);
    }
    for (auto *t : parsed->text()) out.lines.push_back(t->exception ? broken_line(span(t)) : Line{text_line(t), "text", {}, span(t)});
    for (auto *l : parsed->line()) out.lines.push_back(cut_short(l, parts) ? broken_line(span(l)) : line(l));
    for (auto &ends : parts) out.lines.push_back(broken_line(span(ends)));
    if (unclosed(c)) out.lines.push_back(broken_line(span(c)));
  };
  auto beyond = [&](auto *parsed, const char *what) {
    out.name = name(parsed->name());
    out.sentence_span = span(c);
    out.sentence = BeyondSentence{what};
  };
  switch (out.kind) {
  case ClauseKind::license: {
    auto *x = as<P::LicenseClauseContext>(c);
    form(x, x->licenseSentence(), [&](auto *s) { return license(s); });
    break;
  }
  case ClauseKind::payment: {
    auto *x = as<P::PaymentClauseContext>(c);
    form(x, x->paySentence(), [&](auto *s) { return Sentence(pay(name(s->name()), s->payee())); });
    break;
  }
  case ClauseKind::exclusivity: {
    auto *x = as<P::ExclusivityClauseContext>(c);
    form(x, x->exclusivitySentence(), [&](auto *s) { return Sentence(GrantSentence{name(s->name(0)), name(s->name(1)), names(s->names()), false}); });
    break;
  }
  case ClauseKind::cap: beyond(as<P::CapClauseContext>(c), "a cap over several payments"); break;
  case ClauseKind::waterfall: beyond(as<P::WaterfallClauseContext>(c), "waterfalls"); break;
  default: {
    auto *x = as<P::DutyClauseContext>(c);
    form(x, x->dutySentence(), [&](auto *s) { return duty(s); });
  }
  }
  return out;
}

Sentence Builder::license(P::LicenseSentenceContext *c) {
  if (!c->GRANTS()) return BeyondSentence{"`transfers`"};
  return GrantSentence{name(c->name(0)), name(c->name(1)), names(c->names()), true};
}

Sentence Builder::duty(P::DutySentenceContext *c) {
  auto out = act(name(c->name()), c->modal(), c->act());
  if (c->span()) return BeyondSentence{"`within` a span after an event"};
  if (!c->sum()) return out;
  auto deadline = sum(c->sum());
  auto *day = std::get_if<DateLit>(&tree_.exprs[deadline].node);
  auto *duty = std::get_if<DutySentence>(&out);
  if (!day || !duty) return BeyondSentence{"a deadline that is not a date"};
  duty->by = Date{day->day, tree_.exprs[deadline].span};
  return out;
}

PaySentence Builder::pay(Name payer, P::PayeeContext *c) {
  PaySentence out{std::move(payer), {}, {}, {}};
  auto *a = c->amount();
  out.amount.span = span(a);
  for (auto *p : c->portion()) out.portions.push_back({p->expr() ? expr(p->expr()) : ExprId{}, name(p->name()), span(p)});
  if (c->name()) out.payee = name(c->name());
  if (a->schedule()) {
    out.amount.single = bands(a->schedule());
  } else if (a->expr()) {
    out.amount.single = expr(a->expr());
  }
  bool broken = false;
  out.amount.readings = readings(a->reading(), broken);
  if (broken) out.amount.readings.clear(), out.amount.single = add(Broken{}, span(a));
  return out;
}

Modal Builder::modal(P::ModalContext *c) {
  return c->MAY() ? Modal::may : c->NOT() ? Modal::must_not : Modal::must;
}

Sentence Builder::act(Name party, P::ModalContext *m, P::ActContext *a) {
  if (!a->deed()) return BeyondSentence{a->SUSPEND() ? "`suspend`" : "`bring … to at least`"};
  if (a->deed()->TERMINATE()) return BeyondSentence{"`terminate`"};
  return DutySentence{modal(m), std::move(party), deed(a->deed()), {}};
}

Line Builder::line(P::LineContext *c) {
  if (c->exception) return broken_line(span(c));
  auto node = provision(c->provision());
  auto lead = c->provision()->getStart()->getText();
  return {std::move(node), std::move(lead), badge(c->badge()), span(c)};
}

Provision Builder::provision(P::ProvisionContext *c) {
  switch (first_of(c)) {
  case P::WHEN: return WhenLine{condition(as<P::WhenLineContext>(c)->condition())};
  case P::UNLESS: return UnlessLine{condition(as<P::UnlessLineContext>(c)->condition())};
  case P::TERM: return term(as<P::TermLineContext>(c)->termspec(), span(c));
  case P::SUBJECT: return SubjectLine{names(as<P::SubjectLineContext>(c)->names())};
  case P::NOTWITHSTANDING: return NotwithstandingLine{names(as<P::NotwithstandingLineContext>(c)->names())};
  case P::TEXT: {
    auto *t = as<P::TextLineContext>(c)->text();
    return t->exception ? Provision(Broken{}) : Provision(text_line(t));
  }
  case P::EXCLUSIVE: return ExclusiveLine{ExclusiveLine::exclusive};
  case P::SOLE: return ExclusiveLine{ExclusiveLine::sole};
  case P::NON_EXCLUSIVE: return ExclusiveLine{ExclusiveLine::non_exclusive};
  case P::EXCLUDES: return ExcludesLine{names(as<P::ExcludesLineContext>(c)->names())};
  case P::ON: {
    auto *x = as<P::OnLineContext>(c);
    return x->date() ? OnLine{date(x->date()), {}} : OnLine{{}, name(x->name())};
  }
  case P::EACH: return EachLine{period(as<P::EachLineContext>(c)->period())};
  case P::CAPPED: {
    auto *x = as<P::CappedLineContext>(c);
    return CappedLine{expr(x->expr()), scope(x->scope())};
  }
  case P::AT: {
    auto *x = as<P::AtLeastLineContext>(c);
    AtLeastLine node{expr(x->expr()), scope(x->scope()), {}};
    if (x->PROPORTION()) node.part = OfPart::in_proportion;
    if (x->FULL()) node.part = OfPart::in_full;
    return node;
  }
  case P::COUNTING: return counting(as<P::CountingLineContext>(c)->counting());
  case P::PART: {
    auto *x = as<P::PartLineContext>(c);
    return PartLine{x->LAST() ? PartLine::by_last_day : x->PROPORTION() ? PartLine::in_proportion : PartLine::not_counted};
  }
  case P::WAIVED: return WaivedLine{expr(as<P::WaivedLineContext>(c)->expr())};
  case P::DEFERRED: return DeferredLine{expr(as<P::DeferredLineContext>(c)->expr())};
  case P::CARRIES: return CarriesLine{};
  case P::ROUND: {
    auto *x = as<P::RoundLineContext>(c);
    RoundLine node{rounding(x->rounding()), {}};
    if (x->number()) node.places = small(x->number(), 18);
    return node;
  }
  case P::PAYABLE: return payable(as<P::PayableLineContext>(c));
  case P::RESTATABLE: {
    auto *x = as<P::RestatableLineContext>(c);
    return RestatableLine{small(x->number(), 1000), unit(x->unit())};
  }
  case P::CLOSES: {
    auto *x = as<P::ClosesLineContext>(c);
    return ClosesLine{small(x->number(), 100000), unit(x->unit()), period(x->period())};
  }
  default: return beyond_line(c);
  }
}

Provision Builder::payable(P::PayableLineContext *c) {
  PayableLine node;
  if (c->ONCE()) return node.at_once = true, node;
  auto *s = c->span();
  if (!s || s->BEFORE() || !s->period() || s->name() || s->BUSINESS()) return BeyondLine{"this form of `payable`", {}};
  node.count = small(s->number(), 100000);
  node.unit = unit(s->unit());
  node.after = period(s->period());
  return node;
}

// The clauses of an `if breached` line are not built; their names are kept.
BeyondLine Builder::beyond_line(P::ProvisionContext *c) {
  BeyondLine out{fmt::format("the line `{}`", c->getStart()->getText()), {}};
  if (first_of(c) != P::IF) return out;
  for (auto *clause : as<P::BreachedLineContext>(c)->clause())
    for (auto &n : declared(clause->getStart(), clause->getStop())) out.names.push_back(n);
  return out;
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
