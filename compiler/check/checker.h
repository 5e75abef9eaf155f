// The checker's working state; its files are split by construct.
#pragma once
#include "check/check.h"
#include "language/builtins.h"
#include "language/lines.h"
#include "check/operators.h"
#include "check/ranges.h"
#include "diagnostics/diagnostics.h"
#include "support/guesses.h"
#include "syntax/tree.h"
#include <map>
#include <set>
#include <tuple>

namespace deal::check {

// Where an expression stands.
struct Context {
  const std::vector<Field> *arguments = nullptr; // the fields of the action at hand
};

// A clause while its versions are collected: the lines in force.
struct Draft {
  ClauseId clause;
  syntax::Sentence sentence;
  Span sentence_span;
  std::optional<syntax::Badge> badge;
  std::vector<syntax::Line> lines;
  bool ended = false;
};

Type money(int currency); // an amount that is not rounded

std::string line_key(const syntax::Line &);

class Checker {
public:
  // A file is being read; or what comes from outside: it finds the names and totals of a model that is there, and declares none.
  enum Purpose : std::uint8_t { whole_file, outside };
  Checker(const syntax::Tree &tree, Model &model, Sink &sink, Purpose purpose = whole_file)
      : tree_(tree), m_(model), sink_(sink), errors_(purpose == whole_file ? 0 : sink.errors()), with_state_(purpose == whole_file) {}

  void file();
  std::optional<TermId> question(syntax::ExprId);
  std::vector<Step> steps(const std::vector<syntax::Step> &);
  std::optional<Value> outside_value(syntax::ExprId, const Type &);
  std::optional<std::pair<FactId, std::vector<Value>>> fact_key(const syntax::Ref &, Span);
  bool failing_constants_are_answers = false;
  Valued valued; // in lines from outside: what is no constant

  // types.cpp
  Type type(const syntax::Type &);
  std::string describe(const Type &t) const { return check::describe(m_, t); }
  bool assignable(const Type &to, const Type &from) const;
  std::optional<Value> constant(syntax::ExprId, const Type &, std::string_view what);
  std::optional<Value> constant_store(TermId, const Type &, Span, std::string_view what);
  std::optional<Outcome> outcome_of(TermId) const; // of a constant, or what it is valued at

  // names.cpp
  bool declare(Symbol::Kind, SomeId, const syntax::Name &);
  void not_builtin(const syntax::Name &); // of what takes arguments
  const Symbol *find(const std::string &) const;
  void used(Span use, Span declaration) { m_.names.uses.push_back({use, declaration}); }
  const Symbol *lookup(const syntax::Name &, Symbol::Kind wanted);
  void unknown(const syntax::Name &, Symbol::Kind wanted);
  Diagnostic &no_member(const syntax::Name &, const std::string &of, const Guesses &known);
  PartyId party(const syntax::Name &);

  // expressions.cpp, references.cpp
  TermId make(Node, const Type &, Span);
  TermId broken(Span s) { return make(UnknownTerm{}, Type{}, s); }
  TermId elaborate(syntax::ExprId, const Context &, const Type *expected = nullptr);
  TermId elaborate_as(syntax::ExprId, const Context &, const Type &wanted);
  TermId elaborate_stored(syntax::ExprId, const Context &, const Type &wanted); // directly under a store

private:
  bool failed() const { return sink_.errors() > errors_; }
  using ExprId = syntax::ExprId;
  TermId binary(const syntax::Binary &, Span, const Context &);
  TermId additive(BinaryOp, TermId, TermId, Span, Span op);
  TermId multiplicative(BinaryOp, TermId, TermId, Span, Span op);
  TermId comparison(BinaryOp, TermId, TermId, Span, Span op);
  TermId shift_date(BinaryOp, TermId, TermId, Span);
  TermId is(const syntax::Is &, Span, const Context &);
  TermId case_of(const syntax::Case &, Span, const Context &);
  TermId bounds(const syntax::Bounds &, Span, const Context &);
  // bands.cpp
  struct Banded;
  TermId bands(const syntax::Bands &, Span, const Context &);
  bool bands_meet(const syntax::Bands &, const Banded &);
  TermId band_value(const syntax::Bands::Band &, const Banded &, std::size_t index, const Context &);
  template <class Here> TermId by_band(const syntax::Bands &, const Banded &, Span, Here);
  TermId level(const syntax::Bands &, const Banded &, Span, const Context &);
  TermId slices(const syntax::Bands &, const Banded &, Span, const Context &);

  TermId day_counted(const syntax::DayCounted &, Span, const Context &);
  TermId power(const syntax::Power &, Span, const Context &, bool under_store);
  TermId rounded(const syntax::Rounded &, Span, const Context &);
  TermId number(const syntax::NumberLit &, Span);
  TermId total(const syntax::Total &, Span, const Context &);
  TotalId kept(const Total &);
  bool has_begin(Period, Span);
  TermId reference(const syntax::Ref &, Span, const Context &, const Type *expected);
  TermId call(const syntax::Ref &, Span, const Context &);
  TermId member(const syntax::Ref &, Span, const Context &);
  TermId clause_word(ClauseId, const syntax::Ref &, Span, const Context &);
  std::optional<PartyId> payee_of(ClauseId, const WordRow &, const syntax::Ref &, const Context &);
  TermId built_in(Builtin, const syntax::Ref &, Span, const Context &);
  TermId extreme(bool highest, const syntax::Ref &, Span, const Context &);
  TermId asked(const syntax::Question &, Span, const Context &);
  std::vector<TermId> arguments(const std::string &name, const std::vector<ExprId> &, const std::vector<Field> &, Span, const Context &);
  std::optional<std::pair<KindId, int>> alternative(const std::string &, const Type *expected) const;
  TermId choose(const std::vector<syntax::Reading> &, const Context &, const Type *stored, Span);
  GroupId reading_group(const std::vector<syntax::Reading> &, Span);
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
  void by_conditions(const PaymentVersion &);

  // declare.cpp
  void declare_all();
  void take_as_said(std::string_view lead);
  void declare_broken();
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
  static bool incomplete(const Draft &); // a part of it cannot be read or is not supported: what it lacks may stand there
  void unique_lines(const Draft &); // each may stand there, and stands once
  TermSpec term(const syntax::TermLine &, Span);
  void term_makes_sense(const TermSpec &, Span);
  void two_parties(const syntax::Name &, const syntax::Name &);
  ClauseBody license(const Draft &, const syntax::GrantSentence &, Common &);
  ClauseBody payment(const Draft &, const syntax::PaySentence &, Common &);
  ClauseBody duty(const Draft &, const syntax::DutySentence &, Common &);
  void lines_in_order(const Draft &);
  void payment_line(PaymentVersion &, const syntax::Line &, const Type &money);
  void trigger(PaymentVersion &, const Draft &);
  void at_least_line(PaymentVersion &, const syntax::AtLeastLine &, Span, const Type &);
  void guarantees(const Clause &);
  void limit_line(PaymentVersion &, const syntax::CappedLine &, Span, const Type &);
  void period_lines(const Draft &, const Version &);
  void reckoned(PaymentVersion &, const Draft &);
  void known_by_period(const Clause &);
  void days_to_come(const Clause &);
  void line_misplaced(const Draft &, std::string_view lead, std::string_view why);
  TermId amount_of(const syntax::PaySentence &);
  void split(PaymentVersion &, const syntax::PaySentence &);
  TermId portion(ExprId);
  void portions_make_a_whole(const PaymentVersion &, const syntax::PaySentence &);
  Type money_of(ClauseId payment);
  void part_periods(const Clause &);
  void deferrals(const Clause &);

  // whole.cpp: what holds of the whole file
  void cycles();
  void widths();
  void scopes();
  void norms();
  void payments();
  void payment_order();
  void released_parts(const Clause &);
  void has_part(ClauseId, PartyId, Span asked);
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
  std::map<std::uint32_t, TermId> elaborated_; // by expression: a line that versions share is one term
  std::map<std::string, Draft> drafts_;
  PerId<ClauseTag, const syntax::Clause *> sentences_; // by clause: as first written
  std::optional<Guesses> guesses_;                // made when the first name is not declared
  std::set<ClauseId> measured_;                       // payments whose amount is being typed
  std::vector<std::tuple<ClauseId, PartyId, Span>> parts_; // of payees, that the file asks for: amendments may bring the payee in
  std::map<std::uint32_t, Range> ranges_;
  std::map<std::uint32_t, ExprId> bare_shares_; // by place: what stands before `of` there without a `%`
  std::set<std::uint32_t> said_bare_;           // expressions reported already
  Span contract_span_;          // of the day that contract years begin
  bool currency_broken_ = false; // a currency is declared, and it cannot be read
  std::size_t errors_;           // of others, that the sink had before
  bool with_state_;              // totals that are not kept yet are added
  std::optional<std::int32_t> line_day_; // of the line that is read
};

} // namespace deal::check
