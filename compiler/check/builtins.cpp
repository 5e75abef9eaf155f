// The functions of the language (language/builtins.h): what each is made of.
#include "check/checker.h"

namespace deal::check {

TermId Checker::built_in(Builtin which, const syntax::Ref &r, Span span, const Context &context) {
  switch (which) {
  case Builtin::min: return extreme(false, r, span, context);
  case Builtin::max: return extreme(true, r, span, context);
  }
  return broken(span);
}

TermId Checker::extreme(bool highest, const syntax::Ref &r, Span span, const Context &context) {
  if (r.arguments->empty()) {
    sink_.report(Diag::wrong_count, span, r.head.text, "at least 1", 0);
    return broken(span);
  }
  Extreme node{highest, {}};
  Type t;
  for (auto a : *r.arguments) {
    auto x = elaborate(a, context);
    if (m_.type(x).base == Type::error) return broken(span);
    if (!is_scalar(m_.type(x))) {
      sink_.report(Diag::type_mismatch, m_[x].span, "a number, an amount or a date", describe(m_.type(x)));
      return broken(span);
    }
    auto first = node.items.empty() ? x : node.items.front();
    if (unify(first, x, t) == TermId{}) return broken(span);
    node.items.push_back(x);
  }
  return make(std::move(node), t, span);
}

} // namespace deal::check
