#include "check/checker.h"
#include "language/currencies.h"

namespace deal::check {

Type Checker::type(const syntax::Type &t) {
  using B = syntax::Type;
  Type out;
  out.optional = t.optional;
  if (t.optional) sink_.report(Diag::not_supported, t.span, "optional fields");
  switch (t.base) {
  case B::boolean: out.base = Type::boolean; break;
  case B::integer: out.base = Type::integer; break;
  case B::number: out.base = Type::number; break;
  case B::ratio: out.base = Type::ratio; break;
  case B::decimal:
    out.base = Type::decimal;
    out.bare = !t.digits;
    out.scale = t.digits.value_or(0);
    break;
  case B::percent: // percent(n) counts places of the percentage
    out.base = Type::percent;
    out.scale = t.digits ? *t.digits + 2 : 9;
    if (out.scale > 9) sink_.report(Diag::does_not_fit, t.span, "percent: 9 digits of the fraction, so 7 places of the percentage");
    break;
  case B::money: {
    out.base = Type::money;
    out.currency = t.name ? currency_index(t.name->text) : m_.currency;
    if (t.name && out.currency < 0) sink_.report(Diag::unknown_currency, t.name->span, t.name->text);
    if (!t.name && out.currency < 0 && currency_broken_) return {};
    if (!t.name && out.currency < 0) sink_.report(Diag::no_currency, t.span).with_help("write `currency USD` at the top, or `money USD` here");
    out.scale = out.currency < 0 ? 2 : currencies[static_cast<std::size_t>(out.currency)].digits;
    break;
  }
  case B::date: out.base = Type::date; break;
  case B::duration: out.base = Type::duration; break;
  case B::months: out.base = Type::months; break;
  case B::text: out.base = Type::text; break;
  case B::instant: sink_.report(Diag::not_supported, t.span, "instants"); break;
  case B::list:
    out.base = Type::list;
    for (auto &x : t.of) out.of = m_.types.add(type(x));
    sink_.report(Diag::not_supported, t.span, "lists");
    break;
  case B::named:
    if (auto *s = lookup(*t.name, Symbol::choices)) out.base = Type::choice, out.kind = s->index;
    break;
  }
  if (t.low && out.base != Type::error) {
    Type plain = out;
    plain.bare = false;
    if (!is_scalar(out)) {
      sink_.report(Diag::type_mismatch, t.span, "a number, an amount or a date, which can have a range", describe(out));
      return out;
    }
    auto bound = [&](ExprId e) -> std::optional<Rational> {
      auto v = constant(e, plain, "the bound of a range");
      if (!v || !std::holds_alternative<Rational>(*v)) return std::nullopt;
      return std::get<Rational>(*v);
    };
    out.low = bound(t.low);
    out.high = bound(t.high);
    if (out.low && out.high && *out.low > *out.high) sink_.report(Diag::empty_range, t.span);
  }
  return out;
}

bool Checker::assignable(const Type &to, const Type &from) const {
  if (to.base == Type::error || from.base == Type::error) return true;
  return same_dimension(to, from);
}

std::optional<Value> Checker::constant(ExprId e, const Type &t, std::string_view what) {
  auto id = elaborate_stored(e, {}, t);
  return constant_store(id, t, m_[id].span, what);
}

std::optional<Outcome> Checker::outcome_of(TermId id) const {
  auto c = m_.constant(id);
  if (c || !valued || m_.type(id).base == Type::error) return c ? std::optional(*c) : std::nullopt;
  return valued(id, line_day_);
}

std::optional<Value> Checker::constant_store(TermId id, const Type &t, Span span, std::string_view what) {
  if (m_.type(id).base == Type::error || t.base == Type::error) return std::nullopt;
  auto c = outcome_of(id);
  if (!c) {
    sink_.report(Diag::not_constant, span, what);
    return std::nullopt;
  }
  if (c->status != Status::ok) return std::nullopt; // reported where it failed
  if (t.base != Type::ratio && t.base != Type::number && std::holds_alternative<Rational>(c->value) && !m_.rounding &&
      !is_integral(std::get<Rational>(c->value) * power_of_ten(t.scale))) {
    sink_.report(Diag::no_rounding, span);
    return std::nullopt;
  }
  auto stored = store(*c, t, m_.rounding);
  if (stored.status == Status::ok) return stored.value;
  sink_.report(Diag::does_not_fit, span, t.low || t.high ? describe(t) + " in its declared range" : describe(t));
  return std::nullopt;
}

} // namespace deal::check
