// Parse contexts → tree nodes. One function for each rule of the grammar; the files are split by construct.
#pragma once
#include "diagnostics/diagnostics.h"
#include "syntax/tree.h"
// Last: ANTLR undefines EOF.
#include "DealParser.h"

namespace deal::syntax {

using P = grammar::DealParser;

Span span_of(const antlr4::Token &);

class Builder {
public:
  Builder(const Source &source, Tree &tree, Sink &sink) : source_(source), tree_(tree), sink_(sink) {}

  void file(P::FileContext *);
  ExprId expr(P::ExprContext *);

private:
  // leaves
  Span span(antlr4::ParserRuleContext *) const;
  static Span span(const antlr4::Token *token) { return span_of(*token); }
  Name name(antlr4::ParserRuleContext *);
  std::vector<Name> names(const std::vector<P::NameContext *> &);
  std::vector<Name> names(P::NamesContext *c) { return names(c->name()); }
  std::string text(antlr4::Token *);
  std::string text(P::StringContext *c) { return c ? text(c->getStart()) : std::string(); }
  Date date(P::DateContext *);
  Date date(antlr4::Token *);
  Rational number(antlr4::Token *);
  int small(P::NumberContext *, int limit);
  Rational percent(antlr4::Token *);
  Unit unit(P::UnitContext *);
  Period period(P::PeriodContext *);
  Rounding rounding(P::RoundingContext *);
  std::optional<Badge> badge(P::BadgeContext *);
  TextLine text_line(P::TextContext *);
  // expressions
  ExprId add(ExprNode node, Span s) { return tree_.exprs.add({std::move(node), s, false}); }
  ExprId flat(P::FlatExprContext *);
  struct Operand {
    ExprId expr;
    bool negated = false, bounded = false;
    Span span;
  };
  ExprId climb(const std::vector<Operand> &, const std::vector<std::pair<BinaryOp, Span>> &, std::size_t &next, int level);
  void read_aloud(const std::vector<Operand> &, const std::vector<std::pair<BinaryOp, Span>> &);
  bool is_percent(ExprId) const;
  ExprId sum(P::SumContext *);
  Operand operand(P::OperandContext *);
  ExprId postfix(ExprId, P::PostfixContext *, bool &bounded);
  ExprId primary(P::PrimaryContext *);
  ExprId number_primary(P::NumberPrimaryContext *);
  ExprId aggregate(P::AggregatePrimaryContext *);
  ExprId ref(P::RefContext *);
  Deed deed(P::DeedContext *);
  std::vector<ExprId> exprs(const std::vector<P::ExprContext *> &);
  // declarations
  Item item(P::ItemContext *);
  ItemNode declaration(P::DeclarationContext *);
  Type type(P::TypeContext *);
  std::vector<Field> field_list(const std::vector<P::FieldContext *> &);
  Title title(P::TitleContext *);
  Value value(P::ValueContext *);
  Reading reading(P::ReadingContext *);
  Alternatives condition(P::ConditionContext *);
  // clauses
  Clause clause(P::ClauseContext *);
  PaySentence pay(Name payer, P::PayeeContext *);
  DutySentence::Modal modal(P::ModalContext *);
  Sentence duty(Name party, P::ModalContext *, P::ActContext *);
  Line line(P::LineContext *);
  Provision provision(P::ProvisionContext *);
  TermLine term(P::TermspecContext *, Span);
  Scope scope(P::ScopeContext *);
  CountingLine counting(P::CountingContext *);
  // versions and tests
  Amendment amendment(P::AmendmentContext *);
  Change change(P::ChangeContext *);
  Revision revision(P::RevisionContext *);
  Scenario scenario(P::ScenarioContext *);
  Step step(P::StepContext *);
  OnStep on(P::OnStepContext *);
  Always always(P::AlwaysContext *);

  const Source &source_;
  Tree &tree_;
  Sink &sink_;
};

} // namespace deal::syntax
