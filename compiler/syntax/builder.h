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
  Builder(const Source &source, Tree &tree, Sink &sink, antlr4::CommonTokenStream &tokens)
      : source_(source), tree_(tree), sink_(sink), tokens_(tokens) {}

  void file(P::FileContext *);
  std::vector<Item> items(antlr4::ParserRuleContext *, const std::vector<P::ItemContext *> &);
  std::vector<Step> steps(antlr4::ParserRuleContext *, const std::vector<P::StepContext *> &);
  ExprId expr(P::ExprContext *);

private:
  // A rule's alternative, which its first word decides.
  template <class Context> static Context *as(antlr4::ParserRuleContext *c) { return static_cast<Context *>(c); }
  static std::size_t first_of(antlr4::ParserRuleContext *c) { return c->getStart()->getType(); }
  // What the parser left out of a block to come to itself: from a token to another.
  using Ends = std::pair<const antlr4::Token *, const antlr4::Token *>;
  std::vector<Ends> left_out(antlr4::ParserRuleContext *) const;
  // What ends where such a part begins on the same line, is a part of the mistake.
  bool cut_short(antlr4::ParserRuleContext *, const std::vector<Ends> &) const;
  bool unclosed(antlr4::ParserRuleContext *) const; // its last `}` is not there
  static Span span(const Ends &ends) { return join(span(ends.first), span(ends.second)); }
  // The names that an item declares, by their place behind its first word.
  std::vector<Name> declared(const antlr4::Token *first, const antlr4::Token *last) const;
  Item broken_item(const antlr4::Token *first, const antlr4::Token *last) const;
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
  Is is(ExprId subject, P::IsPostfixContext *);
  Bounds bounds(ExprId subject, P::BoundPostfixContext *, bool &bounded);
  ExprId primary(P::PrimaryContext *);
  ExprId bracket(P::BracketPrimaryContext *);
  ExprId whole(P::WholePrimaryContext *);
  ExprId days(P::DaysPrimaryContext *);
  ExprId number_primary(P::NumberPrimaryContext *);
  ExprId aggregate(P::AggregatePrimaryContext *);
  ExprId ref(P::RefContext *);
  Deed deed(P::DeedContext *);
  std::vector<ExprId> exprs(const std::vector<P::ExprContext *> &);
  // declarations
  void header(P::HeaderContext *);
  Item item(P::ItemContext *);
  ItemNode declaration(P::DeclarationContext *);
  Type base_type(P::BasetypeContext *);
  Type type(P::TypeContext *);
  std::vector<Field> field_list(const std::vector<P::FieldContext *> &);
  FactItem fact(P::FactItemContext *);
  EventItem event(P::EventItemContext *);
  ActionItem action(P::ActionItemContext *);
  StateItem state(P::StateItemContext *);
  std::vector<Title> titles(const std::vector<P::TitleContext *> &);
  Value value(P::ValueContext *);
  std::vector<Reading> readings(const std::vector<P::ReadingContext *> &, bool &broken);
  Alternatives condition(P::ConditionContext *);
  // clauses
  Clause clause(P::ClauseContext *);
  Sentence license(P::LicenseSentenceContext *);
  Sentence duty(P::DutySentenceContext *);
  static Line broken_line(Span s) { return {Broken{}, {}, {}, s}; }
  PaySentence pay(Name payer, P::PayeeContext *);
  ExprId bands(P::ScheduleContext *);
  Modal modal(P::ModalContext *);
  Sentence act(Name party, P::ModalContext *, P::ActContext *);
  Line line(P::LineContext *);
  Provision provision(P::ProvisionContext *);
  Provision payable(P::PayableLineContext *);
  BeyondLine beyond_line(P::ProvisionContext *);
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
  antlr4::CommonTokenStream &tokens_;
};

} // namespace deal::syntax
