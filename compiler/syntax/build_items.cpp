#include "syntax/builder.h"

namespace deal::syntax {

void Builder::file(P::FileContext *c) {
  auto *h = c->header();
  tree_.header.name = name(h->name());
  tree_.header.title = text(h->string());
  tree_.header.parameters = !h->field().empty();
  if (h->date()) tree_.header.effective = date(h->date());
  tree_.header.badge = badge(h->badge());
  if (tree_.header.parameters) sink_.report(Diag::not_supported, span(h->field(0)), "a deal with parameters");
  for (auto *i : c->item()) tree_.items.push_back(item(i));
}

Item Builder::item(P::ItemContext *c) {
  auto s = span(c);
  if (c->declaration()) return {declaration(c->declaration()), s};
  if (c->clause()) return {clause(c->clause()), s};
  if (c->amendment()) return {amendment(c->amendment()), s};
  if (c->scenario()) return {scenario(c->scenario()), s};
  return {always(c->always()), s};
}

ItemNode Builder::declaration(P::DeclarationContext *c) {
  if (auto *d = dynamic_cast<P::CurrencyItemContext *>(c)) return CurrencyItem{name(d->name())};
  if (auto *d = dynamic_cast<P::RoundItemContext *>(c)) return RoundItem{rounding(d->rounding())};
  if (auto *d = dynamic_cast<P::MonthEndItemContext *>(c)) return MonthEndItem{d->UP() != nullptr};
  if (auto *d = dynamic_cast<P::PartyItemContext *>(c)) {
    PartyItem node;
    for (auto *t : d->title()) node.parties.push_back(title(t));
    return node;
  }
  if (auto *d = dynamic_cast<P::AssetItemContext *>(c)) return AssetItem{names(d->names())};
  if (auto *d = dynamic_cast<P::NoteItemContext *>(c)) return NoteItem{text(d->string())};
  if (auto *d = dynamic_cast<P::KindItemContext *>(c)) {
    KindItem node{name(d->name()), {}};
    for (auto *t : d->title()) node.alternatives.push_back(title(t));
    return node;
  }
  if (auto *d = dynamic_cast<P::ParameterItemContext *>(c))
    return ParameterItem{name(d->name()), type(d->type()), d->expr() ? expr(d->expr()) : ExprId{}, badge(d->badge()), text(d->string())};
  if (auto *d = dynamic_cast<P::FactItemContext *>(c)) {
    FactItem node{name(d->name(0)), field_list(d->field()), type(d->type()), text(d->string()), {}, d->DECIDER() != nullptr};
    if (d->DECIDED()) node.decider = name(d->name(1));
    return node;
  }
  if (auto *d = dynamic_cast<P::EventItemContext *>(c)) {
    EventItem node{name(d->name(0)), {}, {}, {}, text(d->string()), d->fields() ? field_list(d->fields()->field()) : std::vector<Field>{}};
    std::size_t next = 1;
    if (d->REPORTED()) node.reporter = name(d->name(next++));
    if (d->period()) node.each = period(d->period());
    if (d->AS()) node.alias = name(d->name(next));
    return node;
  }
  if (auto *d = dynamic_cast<P::ActionItemContext *>(c)) {
    ActionItem node{name(d->name(0)), field_list(d->field()), {}, {}, text(d->string())};
    std::size_t next = 1;
    if (d->BY()) node.by = name(d->name(next++));
    if (d->AS()) node.as = name(d->name(next));
    return node;
  }
  if (auto *d = dynamic_cast<P::DefineItemContext *>(c))
    return DefineItem{name(d->name()), field_list(d->field()), type(d->type()), value(d->value())};
  if (auto *d = dynamic_cast<P::StateItemContext *>(c)) {
    StateItem node{name(d->name()), type(d->type()), expr(d->expr()), {}, d->period() != nullptr};
    for (auto *u : d->update()) node.updates.push_back({name(u->name()), u->WHEN() ? expr(u->expr(0)) : ExprId{}, expr(u->expr().back())});
    return node;
  }
  if (auto *d = dynamic_cast<P::RequireItemContext *>(c)) return RequireItem{expr(d->expr()), text(d->string())};
  return BeyondItem{fmt::format("`{}`", c->getStart()->getText())};
}

Title Builder::title(P::TitleContext *c) { return {name(c->name()), text(c->string())}; }

std::vector<Field> Builder::field_list(const std::vector<P::FieldContext *> &list) {
  std::vector<Field> out;
  for (auto *f : list) out.push_back({name(f->word()), type(f->type())});
  return out;
}

Type Builder::type(P::TypeContext *c) {
  Type out;
  auto *b = c->basetype();
  out.span = span(c);
  out.optional = c->OPTIONAL() != nullptr;
  static const std::pair<std::size_t, Type::Base> bases[] = {
      {P::BOOLEAN, Type::boolean}, {P::INTEGER, Type::integer}, {P::NUMBER, Type::number}, {P::RATIO, Type::ratio},     {P::DECIMAL, Type::decimal},
      {P::PERCENT, Type::percent}, {P::MONEY, Type::money},     {P::DATE, Type::date},     {P::INSTANT, Type::instant}, {P::DURATION, Type::duration},
      {P::MONTHS, Type::months},   {P::TEXT, Type::text},       {P::LIST, Type::list}};
  for (auto [token, base] : bases)
    if (b->getStart()->getType() == token) out.base = base;
  if (b->name()) out.base = Type::named, out.name = name(b->name());
  if (b->NAME()) out.name = Name{b->NAME()->getText(), span(b->NAME()->getSymbol())};
  if (b->digits()) out.digits = small(b->digits()->number(), 18);
  if (c->FROM()) {
    out.low = sum(c->sum(0));
    out.high = sum(c->sum(1));
  }
  return out;
}

Reading Builder::reading(P::ReadingContext *c) { return {name(c->name()), text(c->string()), expr(c->expr())}; }

Value Builder::value(P::ValueContext *c) {
  Value out;
  if (c->expr()) out.base = expr(c->expr());
  for (auto *r : c->reading()) out.readings.push_back(reading(r));
  for (auto *e : c->exemption()) {
    if (e->PREFER()) {
      out.prefers.push_back({name(e->name(0)), name(e->name(1))});
      continue;
    }
    Exception x{{}, expr(e->expr(0)), expr(e->expr(1)), span(e)};
    if (!e->name().empty()) x.name = name(e->name(0));
    out.exceptions.push_back(std::move(x));
  }
  return out;
}

Alternatives Builder::condition(P::ConditionContext *c) {
  Alternatives out;
  out.span = span(c);
  if (c->expr()) out.single = expr(c->expr());
  for (auto *r : c->reading()) out.readings.push_back(reading(r));
  return out;
}

// ---- versions, tests, proofs ----

Amendment Builder::amendment(P::AmendmentContext *c) {
  Amendment out{name(c->name()), text(c->string()), date(c->date()), {}, {}};
  for (auto *t : c->text()) out.texts.push_back(text_line(t));
  for (auto *x : c->change()) out.changes.push_back(change(x));
  return out;
}

Change Builder::change(P::ChangeContext *c) {
  auto s = span(c);
  if (auto *x = dynamic_cast<P::ChangeClauseContext *>(c)) {
    ChangeClause node{name(x->name()), {}};
    for (auto *r : x->revision()) node.revisions.push_back(revision(r));
    return {std::move(node), s};
  }
  if (auto *x = dynamic_cast<P::EndClausesContext *>(c)) {
    auto accrued = x->STAYS() ? EndClauses::stays : x->RELEASED() ? EndClauses::released : EndClauses::unsaid;
    return {EndClauses{names(x->name()), accrued}, s};
  }
  if (auto *x = dynamic_cast<P::AddItemContext *>(c)) {
    AddItem node;
    node.item.push_back(item(x->item()));
    return {std::move(node), s};
  }
  if (auto *x = dynamic_cast<P::SetParameterContext *>(c)) return {SetParameter{name(x->name()), expr(x->expr()), badge(x->badge())}, s};
  if (auto *x = dynamic_cast<P::RestartTotalsContext *>(c)) return {RestartTotals{names(x->names())}, s};
  if (auto *x = dynamic_cast<P::ReplaceDefinitionContext *>(c)) return {ReplaceDefinition{name(x->name()), value(x->value())}, s};
  return {BeyondChange{"`assign`"}, s};
}

Revision Builder::revision(P::RevisionContext *c) {
  auto s = span(c);
  if (auto *x = dynamic_cast<P::LineRevisionContext *>(c)) return {line(x->line()), s, {}};
  if (auto *x = dynamic_cast<P::DropRevisionContext *>(c)) return {x->leadword()->getText(), s, {}};
  auto *x = dynamic_cast<P::SentenceRevisionContext *>(c);
  auto subject = name(x->name(0));
  if (x->PAYS()) return {Sentence(pay(std::move(subject), x->payee())), s, {}};
  if (x->GRANTS()) return {Sentence(GrantSentence{std::move(subject), name(x->name(1)), names(x->names()), true}), s, {}};
  return {duty(std::move(subject), x->modal(), x->act()), s, {}};
}

Scenario Builder::scenario(P::ScenarioContext *c) {
  Scenario out{{text(c->string()), span(c->string())}, {}};
  for (auto *s : c->step()) out.steps.push_back(step(s));
  return out;
}

Step Builder::step(P::StepContext *c) {
  auto s = span(c);
  if (auto *x = dynamic_cast<P::WithStepContext *>(c)) return {WithStep{name(x->name()), expr(x->expr())}, s};
  if (auto *x = dynamic_cast<P::GivenStepContext *>(c)) {
    auto id = ref(x->ref());
    auto *r = std::get_if<Ref>(&tree_.exprs[id].node);
    if (!r) return {BeyondStep{"a member of a fact"}, s};
    return {GivenStep{*r, expr(x->expr())}, s};
  }
  if (auto *x = dynamic_cast<P::ReadingStepContext *>(c)) return {ReadingStep{name(x->name())}, s};
  if (auto *x = dynamic_cast<P::OnStepContext *>(c)) return x->INSTANT_LITERAL() ? Step{BeyondStep{"instants"}, s} : Step{on(x), s};
  if (auto *x = dynamic_cast<P::AsOfStepContext *>(c))
    return x->INSTANT_LITERAL() ? Step{BeyondStep{"instants"}, s} : Step{AsOfStep{date(x->date())}, s};
  auto *x = dynamic_cast<P::ExpectStepContext *>(c);
  return {ExpectStep{x->REJECTED() != nullptr, text(x->string()), x->expr() ? expr(x->expr()) : ExprId{}}, s};
}

OnStep Builder::on(P::OnStepContext *c) {
  OnStep out;
  out.on = date(c->date());
  out.subject = name(c->name());
  if (auto *h = c->happening()) {
    out.kind = h->REPORTS() ? OnStep::reports : h->DOES() ? OnStep::does : OnStep::pays;
    if (h->name()) out.object = name(h->name());
    for (auto *a : h->argument()) out.arguments.push_back({name(a->word()), expr(a->expr())});
    if (h->deed()) out.deed = deed(h->deed());
    if (h->expr()) out.amount = expr(h->expr());
  }
  if (auto *e = c->economic()) out.economic = date(e->date());
  return out;
}

Always Builder::always(P::AlwaysContext *c) {
  Always out{{text(c->string()), span(c->string())}, expr(c->expr(0)), {}, {}, {}};
  if (c->WHEN()) out.when = expr(c->expr(1));
  if (c->names()) out.independent_of = names(c->names());
  if (c->date()) out.from = date(c->date());
  return out;
}

} // namespace deal::syntax
