#include "syntax/builder.h"
#include "syntax/lexer.h"

namespace deal::syntax {

// ---- what cannot be read ----

std::vector<Builder::Ends> Builder::left_out(antlr4::ParserRuleContext *c) const {
  std::vector<Ends> out;
  if (!sink_.failed()) return out; // nothing was left out of a text without an error
  for (auto *child : c->children) {
    auto *error = dynamic_cast<antlr4::tree::ErrorNode *>(child);
    if (!error || error->getSymbol()->getTokenIndex() == INVALID_INDEX) continue;
    auto *token = error->getSymbol();
    if (!out.empty() && out.back().second->getTokenIndex() + 1 == token->getTokenIndex()) out.back().second = token;
    else out.emplace_back(token, token);
  }
  return out;
}

bool Builder::cut_short(antlr4::ParserRuleContext *c, const std::vector<Ends> &parts) const {
  if (parts.empty()) return false;
  auto behind = c->getStop()->getTokenIndex() + 1;
  auto at = std::lower_bound(parts.begin(), parts.end(), behind, [](auto &part, auto index) { return part.first->getTokenIndex() < index; });
  if (at == parts.end() || at->first->getTokenIndex() != behind) return false;
  return source_.text({span(c->getStop()).end, span(at->first).begin}).find('\n') == std::string_view::npos;
}

std::vector<Name> Builder::declared(const antlr4::Token *first, const antlr4::Token *last) const {
  std::vector<Name> out;
  auto lead = first->getType();
  bool list = lead == P::PARTY || lead == P::ASSET || lead == P::KIND;
  if (lead == P::CURRENCY || lead == P::ROUND || lead == P::MONTH || lead == P::CONTRACT || lead == P::ALWAYS || lead == P::SCENARIO) return out;
  for (auto i = first->getTokenIndex() + 1; i <= last->getTokenIndex(); ++i) {
    auto *token = tokens_.get(i), *before = tokens_.get(i - 1);
    auto text = token->getText();
    bool name = token->getType() == P::NAME || (is_word(token->getType()) && before->getType() == lead);
    bool added = i >= 2 && tokens_.get(i - 2)->getType() == P::ADD;
    bool declares =
        before == first || added || before->getType() == P::AS || (list && (before->getType() == P::COMMA || before->getType() == P::LBRACE));
    if (name && declares) out.push_back({text, span(token)});
  }
  return out;
}

Item Builder::broken_item(const antlr4::Token *first, const antlr4::Token *last) const {
  return {BrokenItem{{declared(first, last)}, first->getText()}, join(span(first), span(last))};
}

bool Builder::unclosed(antlr4::ParserRuleContext *c) const {
  auto *last = dynamic_cast<antlr4::tree::ErrorNode *>(c->children.back());
  return last && last->getSymbol()->getTokenIndex() == INVALID_INDEX;
}

// ---- the file ----

void Builder::file(P::FileContext *c) {
  header(c->header());
  tree_.items = items(c, c->item());
}

void Builder::header(P::HeaderContext *c) {
  if (c->exception) return;
  tree_.header.name = name(c->name());
  tree_.header.title = text(c->string());
  tree_.header.parameters = !c->field().empty();
  if (c->date()) tree_.header.effective = date(c->date());
  tree_.header.badge = badge(c->badge());
  if (tree_.header.parameters) sink_.report(Diag::not_supported, span(c->field(0)), "a deal with parameters");
}

std::vector<Item> Builder::items(antlr4::ParserRuleContext *block, const std::vector<P::ItemContext *> &list) {
  std::vector<Item> out;
  auto parts = left_out(block);
  for (auto *i : list) out.push_back(cut_short(i, parts) ? broken_item(i->getStart(), i->getStop()) : item(i));
  for (auto &[first, last] : parts) out.push_back(broken_item(first, last));
  return out;
}

std::vector<Step> Builder::steps(antlr4::ParserRuleContext *block, const std::vector<P::StepContext *> &list) {
  std::vector<Step> out;
  auto parts = left_out(block);
  for (auto *s : list) out.push_back(cut_short(s, parts) ? Step{Broken{}, span(s)} : step(s));
  for (auto &ends : parts) out.push_back({Broken{}, span(ends)});
  return out;
}

Item Builder::item(P::ItemContext *c) {
  auto s = span(c);
  if (c->exception) return broken_item(c->getStart(), c->getStop());
  if (c->declaration()) return {declaration(c->declaration()), s};
  if (c->clause()) return {clause(c->clause()), s};
  if (c->amendment()) return {amendment(c->amendment()), s};
  if (c->scenario()) return {scenario(c->scenario()), s};
  return {always(c->always()), s};
}

ItemNode Builder::declaration(P::DeclarationContext *c) {
  switch (first_of(c)) {
  case P::CURRENCY: return CurrencyItem{name(as<P::CurrencyItemContext>(c)->name())};
  case P::ROUND: return RoundItem{rounding(as<P::RoundItemContext>(c)->rounding())};
  case P::MONTH: return MonthEndItem{as<P::MonthEndItemContext>(c)->UP() != nullptr};
  case P::CONTRACT: return ContractYearItem{date(as<P::ContractYearItemContext>(c)->date())};
  case P::PARTY: return PartyItem{titles(as<P::PartyItemContext>(c)->title())};
  case P::ASSET: return AssetItem{names(as<P::AssetItemContext>(c)->names())};
  case P::NOTE: return NoteItem{text(as<P::NoteItemContext>(c)->string())};
  case P::KIND: {
    auto *d = as<P::KindItemContext>(c);
    return KindItem{name(d->name()), titles(d->title())};
  }
  case P::PARAMETER: {
    auto *d = as<P::ParameterItemContext>(c);
    return ParameterItem{name(d->name()), type(d->type()), d->expr() ? expr(d->expr()) : ExprId{}, badge(d->badge()), text(d->string())};
  }
  case P::FACT: return fact(as<P::FactItemContext>(c));
  case P::EVENT: return event(as<P::EventItemContext>(c));
  case P::ACTION: return action(as<P::ActionItemContext>(c));
  case P::DEFINE: {
    auto *d = as<P::DefineItemContext>(c);
    return DefineItem{name(d->name()), field_list(d->field()), type(d->type()), value(d->value())};
  }
  case P::STATE: return state(as<P::StateItemContext>(c));
  case P::REQUIRE: {
    auto *d = as<P::RequireItemContext>(c);
    return RequireItem{expr(d->expr()), text(d->string())};
  }
  default: return BeyondItem{fmt::format("`{}`", c->getStart()->getText()), declared(c->getStart(), c->getStop())};
  }
}

FactItem Builder::fact(P::FactItemContext *d) {
  FactItem node{name(d->name(0)), field_list(d->field()), type(d->type()), text(d->string()), {}, d->DECIDER() != nullptr};
  if (d->DECIDED()) node.decider = name(d->name(1));
  return node;
}

EventItem Builder::event(P::EventItemContext *d) {
  EventItem node{name(d->name(0)), {}, {}, {}, text(d->string()), d->fields() ? field_list(d->fields()->field()) : std::vector<Field>{}};
  std::size_t next = 1;
  if (d->REPORTED()) node.reporter = name(d->name(next++));
  if (d->period()) node.each = period(d->period());
  if (d->AS()) node.alias = name(d->name(next));
  return node;
}

ActionItem Builder::action(P::ActionItemContext *d) {
  ActionItem node{name(d->name(0)), field_list(d->field()), {}, {}, text(d->string())};
  std::size_t next = 1;
  if (d->BY()) node.by = name(d->name(next++));
  if (d->AS()) node.as = name(d->name(next));
  return node;
}

StateItem Builder::state(P::StateItemContext *d) {
  StateItem node{name(d->name()), type(d->type()), expr(d->expr()), {}, d->period() != nullptr};
  for (auto *u : d->update())
    if (u->exception) node.broken = true;
    else node.updates.push_back({name(u->name()), u->WHEN() ? expr(u->expr(0)) : ExprId{}, expr(u->expr().back())});
  return node;
}

std::vector<Title> Builder::titles(const std::vector<P::TitleContext *> &list) {
  std::vector<Title> out;
  for (auto *t : list) out.push_back({name(t->name()), text(t->string())});
  return out;
}

std::vector<Field> Builder::field_list(const std::vector<P::FieldContext *> &list) {
  std::vector<Field> out;
  for (auto *f : list) out.push_back({name(f->word()), type(f->type())});
  return out;
}

Type Builder::base_type(P::BasetypeContext *b) {
  Type out;
  out.span = span(b);
  static const std::pair<std::size_t, Type::Base> bases[] = {
      {P::BOOLEAN, Type::boolean}, {P::INTEGER, Type::integer}, {P::NUMBER, Type::number}, {P::RATIO, Type::ratio},     {P::DECIMAL, Type::decimal},
      {P::PERCENT, Type::percent}, {P::MONEY, Type::money},     {P::DATE, Type::date},     {P::INSTANT, Type::instant}, {P::DURATION, Type::duration},
      {P::MONTHS, Type::months},   {P::TEXT, Type::text},       {P::LIST, Type::list}};
  for (auto [token, base] : bases)
    if (b->getStart()->getType() == token) out.base = base;
  if (b->name()) out.base = Type::named, out.name = name(b->name());
  if (b->NAME()) out.name = Name{b->NAME()->getText(), span(b->NAME()->getSymbol())};
  if (b->digits()) out.digits = small(b->digits()->number(), 18);
  if (b->basetype()) out.of.push_back(base_type(b->basetype()));
  return out;
}

Type Builder::type(P::TypeContext *c) {
  auto out = base_type(c->basetype());
  out.span = span(c);
  out.optional = c->OPTIONAL() != nullptr;
  if (c->FROM()) {
    out.low = sum(c->sum(0));
    out.high = sum(c->sum(1));
  }
  return out;
}

std::vector<Reading> Builder::readings(const std::vector<P::ReadingContext *> &list, bool &broken) {
  std::vector<Reading> out;
  for (auto *r : list)
    if (r->exception) broken = true;
    else out.push_back({name(r->name()), text(r->string()), expr(r->expr())});
  return out;
}

Value Builder::value(P::ValueContext *c) {
  Value out;
  if (c->expr()) out.base = expr(c->expr());
  out.readings = readings(c->reading(), out.broken);
  for (auto *e : c->exemption()) {
    if (e->exception) {
      out.broken = true;
      continue;
    }
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
  bool broken = false;
  out.readings = readings(c->reading(), broken);
  if (broken) out.readings.clear(), out.single = add(Broken{}, out.span);
  return out;
}

// ---- versions, tests, proofs ----

Amendment Builder::amendment(P::AmendmentContext *c) {
  Amendment out{name(c->name()), text(c->string()), date(c->date()), {}, {}};
  for (auto *t : c->text())
    if (!t->exception) out.texts.push_back(text_line(t));
  auto parts = left_out(c);
  for (auto *x : c->change()) out.changes.push_back(cut_short(x, parts) ? Change{Broken{}, span(x)} : change(x));
  for (auto &ends : parts) out.changes.push_back({Broken{}, span(ends)});
  return out;
}

Change Builder::change(P::ChangeContext *c) {
  auto s = span(c);
  if (c->exception) return {Broken{}, s};
  switch (first_of(c)) {
  case P::CHANGE: {
    auto *x = as<P::ChangeClauseContext>(c);
    ChangeClause node{name(x->name()), {}};
    auto parts = left_out(c);
    for (auto *r : x->revision()) node.revisions.push_back(cut_short(r, parts) ? Revision{Broken{}, span(r), {}} : revision(r));
    for (auto &ends : parts) node.revisions.push_back({Broken{}, span(ends), {}});
    return {std::move(node), s};
  }
  case P::END: {
    auto *x = as<P::EndClausesContext>(c);
    auto accrued = x->STAYS() ? EndClauses::stays : x->RELEASED() ? EndClauses::released : EndClauses::unsaid;
    return {EndClauses{names(x->name()), accrued}, s};
  }
  case P::ADD: {
    AddItem node;
    node.item.push_back(item(as<P::AddItemContext>(c)->item()));
    return {std::move(node), s};
  }
  case P::SET: {
    auto *x = as<P::SetParameterContext>(c);
    return {SetParameter{name(x->name()), expr(x->expr()), badge(x->badge())}, s};
  }
  case P::RESTART: return {RestartTotals{names(as<P::RestartTotalsContext>(c)->names())}, s};
  case P::REPLACE: {
    auto *x = as<P::ReplaceDefinitionContext>(c);
    return {ReplaceDefinition{name(x->name()), value(x->value())}, s};
  }
  default: return {BeyondChange{"`assign`"}, s};
  }
}

Revision Builder::revision(P::RevisionContext *c) {
  auto s = span(c);
  if (c->exception) return {Broken{}, s, {}};
  if (first_of(c) == P::DROP) return {as<P::DropRevisionContext>(c)->leadword()->getText(), s, {}};
  if (first_of(c) != P::REPLACE) return {line(as<P::LineRevisionContext>(c)->line()), s, {}};
  auto *x = as<P::SentenceRevisionContext>(c);
  auto subject = name(x->name(0));
  if (x->PAYS()) return {Sentence(pay(std::move(subject), x->payee())), s, {}};
  if (x->GRANTS()) return {Sentence(GrantSentence{std::move(subject), name(x->name(1)), names(x->names()), true}), s, {}};
  return {act(std::move(subject), x->modal(), x->act()), s, {}};
}

Scenario Builder::scenario(P::ScenarioContext *c) { return {{text(c->string()), span(c->string())}, steps(c, c->step())}; }

Step Builder::step(P::StepContext *c) {
  auto s = span(c);
  if (c->exception) return {Broken{}, s};
  switch (first_of(c)) {
  case P::WITH: {
    auto *x = as<P::WithStepContext>(c);
    return {WithStep{name(x->name()), expr(x->expr())}, s};
  }
  case P::GIVEN: {
    auto *x = as<P::GivenStepContext>(c);
    auto id = ref(x->ref());
    auto *r = std::get_if<Ref>(&tree_.exprs[id].node);
    if (!r) return {BeyondStep{"a member of a fact"}, s};
    return {GivenStep{*r, expr(x->expr())}, s};
  }
  case P::READING: return {ReadingStep{name(as<P::ReadingStepContext>(c)->name())}, s};
  case P::ON: {
    auto *x = as<P::OnStepContext>(c);
    return x->INSTANT_LITERAL() ? Step{BeyondStep{"instants"}, s} : Step{on(x), s};
  }
  case P::AS: {
    auto *x = as<P::AsOfStepContext>(c);
    return x->INSTANT_LITERAL() ? Step{BeyondStep{"instants"}, s} : Step{AsOfStep{date(x->date())}, s};
  }
  default: {
    auto *x = as<P::ExpectStepContext>(c);
    return {ExpectStep{x->REJECTED() != nullptr, text(x->string()), x->expr() ? expr(x->expr()) : ExprId{}}, s};
  }
  }
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
  Always out{{text(c->string()), span(c->string())}, expr(c->expr(0)), {}, {}, {}, badge(c->badge())};
  if (c->WHEN()) out.when = expr(c->expr(1));
  if (c->names()) out.independent_of = names(c->names());
  if (c->date()) out.from = date(c->date());
  return out;
}

} // namespace deal::syntax
