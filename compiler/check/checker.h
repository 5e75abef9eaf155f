// The checker's working state; its files are split by construct.
#pragma once
#include "check/model.h"
#include "check/operators.h"
#include "check/ranges.h"
#include "diagnostics/diagnostics.h"
#include "syntax/tree.h"
#include <map>
#include <set>

namespace deal::check {

struct Symbol {
  enum Kind : std::uint8_t { party, asset, choices, parameter, fact, event, action, occurrence, definition, state, clause, amendment } kind;
  int index;
  Span span;
};
std::string_view word_of(Symbol::Kind);

// Where an expression stands.
struct Context {
  const std::vector<Field> *arguments = nullptr; // the fields of the action at hand
};

// A clause while its versions are collected: the lines in force.
struct Draft {
  int clause;
  syntax::Sentence sentence;
  Span sentence_span;
  std::optional<syntax::Badge> badge;
  std::vector<syntax::Line> lines;
  bool ended = false;
};

Type money(int currency); // an amount that is not rounded

class Checker {
public:
  Checker(const syntax::Tree &tree, Model &model, Sink &sink) : tree_(tree), m_(model), sink_(sink) {}

  void file();
  void index_symbols(); // a model that is already checked: for questions
  std::optional<TermId> question(syntax::ExprId);
  void lines() { scenario(std::get<syntax::Scenario>(tree_.items.at(0).node)); }
  std::optional<Value> outside_value(syntax::ExprId, const Type &);
  std::optional<std::pair<int, std::vector<Value>>> fact_key(const syntax::Ref &, Span);
  bool failing_constants_are_answers = false;

  // types.cpp
  Type type(const syntax::Type &);
  std::string describe(const Type &t) const { return check::describe(m_, t); }
  bool assignable(const Type &to, const Type &from) const;
  std::optional<Value> constant(syntax::ExprId, const Type &, std::string_view what);
  std::optional<Value> constant_store(TermId, const Type &, Span, std::string_view what);

  // names.cpp
  bool declare(Symbol::Kind, int index, const syntax::Name &);
  void not_builtin(const syntax::Name &); // of what takes arguments
  const Symbol *find(const std::string &) const;
  const Symbol *lookup(const syntax::Name &, Symbol::Kind wanted);
  int party(const syntax::Name &);

  // expressions.cpp, references.cpp
  TermId make(Node, Type, Span);
  TermId broken(Span s) { return make(UnknownTerm{}, Type{}, s); }
  TermId elaborate(syntax::ExprId, const Context &, const Type *expected = nullptr);
  TermId elaborate_as(syntax::ExprId, const Context &, const Type &wanted);
  TermId elaborate_stored(syntax::ExprId, const Context &, const Type &wanted); // directly under a store

private:
  using ExprId = syntax::ExprId;
  TermId binary(const syntax::Binary &, Span, const Context &);
  TermId additive(BinaryOp, TermId, TermId, Span, Span op);
  TermId multiplicative(BinaryOp, TermId, TermId, Span, Span op);
  TermId comparison(BinaryOp, TermId, TermId, Span, Span op);
  TermId shift_date(BinaryOp, TermId, TermId, Span);
  TermId is(const syntax::Is &, Span, const Context &);
  TermId case_of(const syntax::Case &, Span, const Context &);
  TermId bounds(const syntax::Bounds &, Span, const Context &);
  TermId day_counted(const syntax::DayCounted &, Span, const Context &);
  TermId power(const syntax::Power &, Span, const Context &, bool under_store);
  TermId rounded(const syntax::Rounded &, Span, const Context &);
  TermId number(const syntax::NumberLit &, Span);
  TermId total(const syntax::Total &, Span, const Context &);
  TermId reference(const syntax::Ref &, Span, const Context &, const Type *expected);
  TermId call(const syntax::Ref &, Span, const Context &);
  TermId member(const syntax::Ref &, Span, const Context &);
  TermId clause_word(int clause, const syntax::Ref &, Span);
  TermId extreme(const syntax::Ref &, Span, const Context &);
  TermId asked(const syntax::Question &, Span, const Context &);
  std::vector<TermId> arguments(const std::string &name, const std::vector<ExprId> &, const std::vector<Field> &, Span, const Context &);
  std::optional<std::pair<int, int>> alternative(const std::string &, const Type *expected) const;
  TermId choose(const std::vector<syntax::Reading> &, const Context &, const Type *stored, Span);
  int reading_group(const std::vector<syntax::Reading> &, Span);
  TermId condition(const std::optional<syntax::Alternatives> &, const Context &);
  TermId unify(TermId, TermId, Type &);

  // shares.cpp
  bool is_bare(ExprId) const;
  void no_bare_share(ExprId);
  void report_bare(ExprId);
  void bare_shares_of(TermId amount);
  bool is_share_itself(ExprId, TermId) const;

  // restated.cpp
  void restated(const Clause &);

  // declare.cpp
  void declare_all();
  void declare_item(const syntax::ItemNode &, Span);
  void collect_fields(const std::vector<syntax::Field> &, std::vector<Field> &);
  void parameter(const syntax::ParameterItem &);
  void elaborate_item(const syntax::ItemNode &, std::int32_t from);
  Rules rules(const syntax::Value &, const Type &, Span);
  void definition(const syntax::Name &, const syntax::Value &, std::int32_t from);
  void state(const syntax::StateItem &);

  // amend.cpp
  void amendments();
  void amend(const syntax::Amendment &);
  void revise(Draft &, const syntax::ChangeClause &, std::int32_t from);
  void open_clause(const syntax::Clause &, std::int32_t from);
  void push_version(Draft &, std::int32_t from);
  Draft *draft(const syntax::Name &);

  // clauses/
  void common_line(const syntax::Line &, Common &, const Context &);
  void unique_lines(const Draft &, std::string_view kind, const std::set<std::string> &allowed);
  TermSpec term(const syntax::TermLine &, Span);
  void term_makes_sense(const TermSpec &, Span);
  void two_parties(const syntax::Name &, const syntax::Name &);
  std::variant<Ended, LicenseVersion, PaymentVersion, NormVersion> license(const Draft &, const syntax::GrantSentence &, Common &);
  std::variant<Ended, LicenseVersion, PaymentVersion, NormVersion> payment(const Draft &, const syntax::PaySentence &, Common &, std::int32_t from);
  std::variant<Ended, LicenseVersion, PaymentVersion, NormVersion> duty(const Draft &, const syntax::DutySentence &, Common &);
  void lines_in_order(const Draft &);
  TermId amount_of(const syntax::PaySentence &);
  Type money_of(int payment);
  void part_periods(const Clause &);

  // whole.cpp: what holds of the whole file
  void cycles();
  void widths();
  void scopes();
  void norms();
  void payments();
  void payment_order();
  void readings();

  // scenarios.cpp
  void scenario(const syntax::Scenario &);
  void ends_a_period(const Happening &, Span);
  std::optional<Happening> happening(const syntax::OnStep &, Span);
  Expect expectation(const syntax::ExpectStep &, Span);
  void claim(const syntax::Always &, Span);

  const syntax::Tree &tree_;
  Model &m_;
  Sink &sink_;
  std::map<std::string, Symbol> symbols_;
  std::map<std::string, std::vector<std::pair<int, int>>> alternatives_; // name → (kind, index)
  std::map<std::string, std::pair<int, int>> reading_names_;             // name → (group, index)
  std::map<std::uint32_t, TermId> elaborated_;                           // by expression: a line that versions share is one term
  std::map<std::string, Draft> drafts_;
  std::vector<const syntax::Clause *> sentences_; // by clause: as first written
  std::set<int> measured_;                        // payments whose amount is being typed
  std::map<std::uint32_t, Range> ranges_;
  std::map<std::uint32_t, ExprId> bare_shares_; // by place: what stands before `of` there without a `%`
  std::set<std::uint32_t> said_bare_;           // expressions reported already
  bool with_state_ = true;
};

} // namespace deal::check
