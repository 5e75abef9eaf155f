// A bare number never stands for a share (semantics.md rule 28): `12.5` where `12.5%` is meant is a hundred times the amount.
#include "check/checker.h"
#include "language/builtins.h"
#include "check/cone.h"

namespace deal::check {

// Numbers and what is made of them alone: no `%`, no name, no unit.
bool Checker::is_bare(ExprId id) const {
  auto &node = tree_.exprs[id].node;
  if (auto *n = std::get_if<syntax::NumberLit>(&node)) return !n->currency && !n->unit;
  if (auto *n = std::get_if<syntax::Unary>(&node)) return is_bare(n->operand);
  if (auto *n = std::get_if<syntax::Binary>(&node)) return n->op >= BinaryOp::add && is_bare(n->left) && is_bare(n->right);
  if (auto *n = std::get_if<syntax::Power>(&node)) return is_bare(n->base);
  if (auto *n = std::get_if<syntax::Rounded>(&node)) return is_bare(n->subject);
  return false;
}

// Where a share is expected: the expression, or what it chooses among.
void Checker::no_bare_share(ExprId id) {
  if (is_bare(id)) return report_bare(id);
  auto &node = tree_.exprs[id].node;
  if (auto *n = std::get_if<syntax::If>(&node)) no_bare_share(n->then), no_bare_share(n->otherwise);
  if (auto *n = std::get_if<syntax::Case>(&node))
    for (auto &arm : n->arms) no_bare_share(arm.body);
  if (auto *n = std::get_if<syntax::Bounds>(&node))
    for (auto part : {n->subject, n->low, n->high})
      if (part) no_bare_share(part);
  if (auto *n = std::get_if<syntax::Ref>(&node); n && n->arguments && builtin(n->head.text))
    for (auto a : *n->arguments) no_bare_share(a);
}

void Checker::report_bare(ExprId id) {
  if (!said_bare_.insert(id.index).second) return;
  auto &e = tree_.exprs[id];
  auto &d = sink_.report(Diag::read_bare_share, e.span);
  auto c = m_.constant(elaborate(id, {}));
  if (!c || c->status != Status::ok) return;
  auto &v = std::get<Rational>(c->value);
  auto share = [](const Rational &x) { return "`" + format_value(ValueType{ValueType::percent}, x) + "`"; };
  auto *sign = std::get_if<syntax::Unary>(&e.node);
  bool literal = std::holds_alternative<syntax::NumberLit>(tree_.exprs[sign ? sign->operand : id].node);
  if (literal && abs(v) <= 1 && v != 0) d.with_help(fmt::format("write {}, or {} if that is meant", share(v), share(v / 100)));
  else d.with_help("write " + share(literal ? Rational(v / 100) : v));
}

// Before `of` in what a payment pays, in its sentence and in the definitions that it reads.
void Checker::bare_shares_of(TermId amount) {
  for_cone(m_, amount, [&](const Term &t) {
    if (auto at = bare_shares_.find(t.span.begin); at != bare_shares_.end()) report_bare(at->second);
  });
}

// A share as it stands, not a share of something.
bool Checker::is_share_itself(ExprId e, TermId id) const {
  auto &t = m_[id];
  if (m_.types[t.type].base != Type::percent) return false;
  return std::holds_alternative<syntax::PercentLit>(tree_.exprs[e].node) || std::holds_alternative<ParameterRef>(t.node) || std::holds_alternative<FactRef>(t.node) || std::holds_alternative<FieldRef>(t.node) ||
         std::holds_alternative<DefinitionRef>(t.node) || std::holds_alternative<StateRef>(t.node);
}

} // namespace deal::check
