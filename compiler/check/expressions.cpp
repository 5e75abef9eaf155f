#include "check/checker.h"
#include "check/fold.h"
#include "language/currencies.h"
#include "support/match.h"
#include <limits>

namespace deal::check {

Type money(int currency) {
  Type t = plain(Type::money);
  t.currency = currency;
  t.scale = currency < 0 ? 2 : currencies[static_cast<std::size_t>(currency)].digits;
  t.bare = true;
  return t;
}

namespace {

Type share() {
  Type t = plain(Type::percent);
  t.scale = 9;
  t.bare = true;
  return t;
}
// The exact type of a combination: unstored, without a declared range.
Type exact(const Type &t) {
  if (t.base == Type::money) return money(t.currency);
  if (t.base == Type::percent) return share();
  if (is_number(t)) return plain(Type::number);
  Type out = t;
  out.low = out.high = std::nullopt;
  return out;
}
bool is_error(const Type &t) { return t.base == Type::error; }

} // namespace

TermId Checker::make(Node node, const Type &type, Span span) {
  if (!std::holds_alternative<Constant>(node))
    if (auto folded = fold(m_, node)) {
      if (folded->status != Status::ok && !failing_constants_are_answers) {
        bool fresh = true; // the failing operand was reported already
        for (auto child : children(node))
          if (auto c = m_.constant(child); c && c->status != Status::ok) fresh = false;
        if (fresh) sink_.report(Diag::constant_fails, span, status_word(folded->status));
      }
      node = Constant{*folded};
    }
  return m_.add(std::move(node), type, span);
}

TermId Checker::elaborate(ExprId id, const Context &context, const Type *expected) {
  if (!context.arguments)
    if (auto at = elaborated_.find(id.index); at != elaborated_.end()) return at->second;
  auto &e = tree_.exprs[id];
  auto span = e.span;
  auto term = match(
      e.node, [&](const syntax::Broken &) { return broken(span); },
      [&](const syntax::Beyond &n) {
        sink_.report(Diag::not_supported, span, n.what);
        return broken(span);
      },
      [&](const syntax::NumberLit &n) { return number(n, span); },
      [&](const syntax::PercentLit &n) {
        return make(Constant{{Status::ok, n.value}}, share(), span);
      },
      [&](const syntax::DateLit &n) {
        return make(Constant{{Status::ok, Rational(n.day)}}, plain(Type::date), span);
      },
      [&](const syntax::TextLit &n) {
        return make(Constant{{Status::ok, n.value}}, plain(Type::text), span);
      },
      [&](const syntax::BoolLit &n) {
        return make(Constant{{Status::ok, n.value}}, plain(Type::boolean), span);
      },
      [&](const syntax::UnknownLit &) { return make(UnknownTerm{}, expected ? exact(*expected) : plain(Type::boolean), span); },
      [&](const syntax::TodayLit &) { return make(TodayRef{}, plain(Type::date), span); },
      [&](const syntax::Unary &n) {
        if (n.op == UnaryOp::not_) return make(Not{elaborate_as(n.operand, context, plain(Type::boolean))}, plain(Type::boolean), span);
        auto x = elaborate(n.operand, context);
        auto t = m_.type(x);
        if (is_error(t)) return x;
        if (!is_scalar(t) || t.base == Type::date) {
          sink_.report(Diag::type_mismatch, m_[x].span, "a number or an amount", describe(t));
          return broken(span);
        }
        return make(Negate{x}, exact(t), span);
      },
      [&](const syntax::Binary &n) { return binary(n, span, context); },
      [&](const syntax::If &n) {
        auto c = elaborate_as(n.condition, context, plain(Type::boolean));
        auto a = elaborate(n.then, context, expected), b = elaborate(n.otherwise, context, expected);
        Type t;
        if (unify(a, b, t) == TermId{}) return broken(span);
        return make(If{c, a, b}, t, span);
      },
      [&](const syntax::Case &n) { return case_of(n, span, context); }, [&](const syntax::Is &n) { return is(n, span, context); },
      [&](const syntax::Bounds &n) { return bounds(n, span, context); }, [&](const syntax::Power &n) { return power(n, span, context, false); },
      [&](const syntax::Rounded &n) { return rounded(n, span, context); }, [&](const syntax::Bands &n) { return bands(n, span, context); },
      [&](const syntax::WholeIn &n) {
        auto d = elaborate_as(n.span, context, plain(Type::duration));
        if (is_calendar(n.unit)) {
          sink_.report(Diag::type_mismatch, span, "an elapsed unit (days, weeks, hours …)",
                       fmt::format("`{}s`", unit_words[static_cast<std::size_t>(n.unit)]));
          return broken(span);
        }
        return make(WholeIn{n.unit, d}, plain(Type::number), span);
      },
      [&](const syntax::WholeBetween &n) {
        auto a = elaborate_as(n.from, context, plain(Type::date)), b = elaborate_as(n.to, context, plain(Type::date));
        if (is_calendar(n.unit) && !m_.month_end_up)
          sink_.report(Diag::no_month_end, span).with_help("add `month end down` or `month end up` at the top");
        return make(WholeBetween{n.unit, a, b}, plain(Type::number), span);
      },
      [&](const syntax::DayCounted &n) { return day_counted(n, span, context); },
      [&](const syntax::Total &n) { return total(n, span, context); }, [&](const syntax::Question &n) { return asked(n, span, context); },
      [&](const syntax::Ref &n) { return reference(n, span, context, expected); });
  if (!context.arguments) elaborated_[id.index] = term;
  return term;
}

TermId Checker::elaborate_as(ExprId id, const Context &context, const Type &wanted) {
  auto x = elaborate(id, context, &wanted);
  auto &t = m_.type(x);
  if (wanted.base == Type::percent) no_bare_share(id);
  if (wanted.base == Type::integer && is_share_itself(id, x)) {
    sink_.report(Diag::type_mismatch, m_[x].span, describe(wanted), describe(t))
        .with_help("a share is no whole number: store it as `percent`, or name what it is a share of");
    return broken(m_[x].span);
  }
  if (assignable(wanted, t)) return x;
  sink_.report(Diag::type_mismatch, m_[x].span, describe(wanted), describe(t));
  return broken(m_[x].span);
}

TermId Checker::elaborate_stored(ExprId id, const Context &context, const Type &wanted) {
  auto &e = tree_.exprs[id];
  if (auto *p = std::get_if<syntax::Power>(&e.node)) {
    auto x = power(*p, e.span, context, true);
    if (assignable(wanted, m_.type(x))) return x;
    sink_.report(Diag::type_mismatch, e.span, describe(wanted), describe(m_.type(x)));
    return broken(e.span);
  }
  auto x = elaborate_as(id, context, wanted);
  auto *counted = std::get_if<syntax::DayCounted>(&tree_.exprs[id].node);
  if (wanted.base == Type::integer && counted && counted->kind != syntax::DayCounted::days)
    sink_.report(Diag::fraction_lost, m_[x].span).with_help("the days are `days counted from … to … DAYCOUNT`; a fraction is a `number` or a `ratio`");
  return x;
}

// The common type of two branches; none where they differ.
TermId Checker::unify(TermId a, TermId b, Type &out) {
  auto &x = m_.type(a), &y = m_.type(b);
  if (is_error(x) || is_error(y)) return {};
  if (!same_dimension(x, y)) {
    sink_.report(Diag::branches_differ, m_[b].span, describe(x), describe(y)).at(m_[a].span, describe(x));
    return {};
  }
  out = x.base == y.base ? exact(x) : plain(Type::number);
  if (!is_scalar(x)) out = x;
  return a;
}

TermId Checker::number(const syntax::NumberLit &n, Span span) {
  auto constant = [&](Rational v, Type t) { return make(Constant{{Status::ok, std::move(v)}}, std::move(t), span); };
  if (n.currency) {
    auto index = currency_index(n.currency->text);
    if (index < 0) {
      sink_.report(Diag::unknown_currency, n.currency->span, n.currency->text);
      return broken(span);
    }
    return constant(n.value, money(index));
  }
  if (!n.unit) return constant(n.value, plain(Type::number));
  Rational size = unit_sizes[static_cast<std::size_t>(*n.unit)];
  if (!is_integral(n.value)) {
    sink_.report(Diag::bad_number, span, "a part of a unit", "durations are whole: name a smaller unit");
    return broken(span);
  }
  return constant(n.value * size, plain(is_calendar(*n.unit) ? Type::months : Type::duration));
}

TermId Checker::binary(const syntax::Binary &n, Span span, const Context &context) {
  if (n.op == BinaryOp::and_ || n.op == BinaryOp::or_) {
    auto a = elaborate_as(n.left, context, plain(Type::boolean)), b = elaborate_as(n.right, context, plain(Type::boolean));
    return make(Logic{n.op == BinaryOp::and_, a, b}, plain(Type::boolean), span);
  }
  auto a = elaborate(n.left, context), b = elaborate(n.right, context);
  if (is_error(m_.type(a)) || is_error(m_.type(b))) return broken(span);
  if (is_comparison(n.op)) return comparison(n.op, a, b, span, n.op_span);
  if (n.op == BinaryOp::add || n.op == BinaryOp::sub) {
    // `20% of a + b`: a share of which of the two?
    for (auto at = n.left;;) {
      auto &left = tree_.exprs[at];
      auto *inner = std::get_if<syntax::Binary>(&left.node);
      if (!inner || left.bracketed || inner->op < BinaryOp::mul) break;
      if (inner->op == BinaryOp::of && m_.type(elaborate(inner->left, context)).base == Type::percent)
        sink_.report(Diag::read_share, left.span).with_help("write `(RATE of A) + B` or `RATE of (A + B)`");
      at = inner->left;
    }
    if (n.op == BinaryOp::sub && m_.type(b).base == Type::percent && m_.type(a).base != Type::percent &&
        std::holds_alternative<syntax::NumberLit>(tree_.exprs[n.left].node))
      sink_.report(Diag::read_complement, span).with_help("write `100% - …`");
    return additive(n.op, a, b, span, n.op_span);
  }
  if (n.op == BinaryOp::of && is_bare(n.left)) bare_shares_.emplace(span.begin, n.left);
  return multiplicative(n.op, a, b, span, n.op_span);
}

TermId Checker::additive(BinaryOp op, TermId a, TermId b, Span span, Span op_span) {
  auto &x = m_.type(a), &y = m_.type(b);
  if (x.base == Type::date && y.base == Type::date && op == BinaryOp::sub) return make(DateDifference{a, b}, plain(Type::duration), span);
  if (x.base == Type::date && (y.base == Type::duration || y.base == Type::months)) return shift_date(op, a, b, span);
  bool sums = is_number(x) || x.base == Type::money || x.base == Type::duration || x.base == Type::months;
  if (sums && same_dimension(x, y)) {
    auto t = is_number(x) ? (x.base == y.base ? exact(x) : plain(Type::number)) : exact(x);
    return make(Arithmetic{op, a, b}, t, span);
  }
  auto &d = sink_.report(Diag::no_overload, op_span, binary_words[static_cast<std::size_t>(op)], describe(x), describe(y));
  d.at(m_[a].span, describe(x)).at(m_[b].span, describe(y));
  if (x.base == Type::money && y.base == Type::money) d.with_help("convert by a rate that the file states");
  if (x.base == Type::money && is_number(y)) d.with_help("a bare number never stands for money: name the currency");
  return broken(span);
}

TermId Checker::shift_date(BinaryOp op, TermId a, TermId b, Span span) {
  auto by = m_.constant(b);
  if (m_.type(b).base == Type::duration) {
    if (by && by->status == Status::ok && !is_integral(std::get<Rational>(by->value) / 86400)) {
      sink_.report(Diag::whole_days_only, m_[b].span);
      return broken(span);
    }
  } else if (!m_.month_end_up) {
    auto day = m_.constant(a);
    bool exists = day && by && day->status == Status::ok && by->status == Status::ok;
    if (exists) {
      auto n = numerator(std::get<Rational>(by->value));
      exists = day_exists_after(static_cast<std::int32_t>(std::get<Rational>(day->value)), op == BinaryOp::sub ? Integer(-n) : n);
    }
    if (!exists) {
      sink_.report(Diag::no_month_end, span).with_help("add `month end down` or `month end up` at the top");
      return broken(span);
    }
  }
  return make(DateAdd{a, b, op == BinaryOp::sub}, plain(Type::date), span);
}

TermId Checker::multiplicative(BinaryOp op, TermId a, TermId b, Span span, Span op_span) {
  auto &x = m_.type(a), &y = m_.type(b);
  auto arithmetic = [&](Type t) { return make(Arithmetic{op == BinaryOp::div ? BinaryOp::div : BinaryOp::mul, a, b}, std::move(t), span); };
  auto dimension = [](const Type &t) { return t.base == Type::money || t.base == Type::duration; };
  if (is_number(x) && is_number(y)) {
    bool one_share =
        op == BinaryOp::div ? x.base == Type::percent && y.base != Type::percent : (x.base == Type::percent) != (y.base == Type::percent);
    return arithmetic(one_share ? share() : plain(Type::number));
  }
  if (op == BinaryOp::div) {
    if (dimension(x) && is_number(y)) return arithmetic(exact(x));
    if (dimension(x) && same_dimension(x, y)) return arithmetic(plain(Type::number));
  } else {
    if (is_number(x) && (dimension(y) || y.base == Type::months)) return arithmetic(exact(y));
    if (is_number(y) && (dimension(x) || x.base == Type::months)) return arithmetic(exact(x));
  }
  sink_.report(Diag::no_overload, op_span, binary_words[static_cast<std::size_t>(op)], describe(x), describe(y))
      .at(m_[a].span, describe(x))
      .at(m_[b].span, describe(y));
  return broken(span);
}

TermId Checker::comparison(BinaryOp op, TermId a, TermId b, Span span, Span op_span) {
  auto &x = m_.type(a), &y = m_.type(b);
  bool equality = op == BinaryOp::eq || op == BinaryOp::ne;
  bool ordered = is_scalar(x) || (x.base == Type::choice && !equality);
  if (ordered && same_dimension(x, y)) return make(Compare{op, a, b}, plain(Type::boolean), span);
  auto &d = sink_.report(Diag::no_overload, op_span, binary_words[static_cast<std::size_t>(op)], describe(x), describe(y));
  d.at(m_[a].span, describe(x)).at(m_[b].span, describe(y));
  if (equality && same_dimension(x, y))
    d.with_help(x.base == Type::boolean ? "write the condition itself" : "kinds, texts and verdicts are compared with `is`");
  return broken(span);
}

TermId Checker::is(const syntax::Is &n, Span span, const Context &context) {
  auto boolean = plain(Type::boolean);
  switch (n.kind) {
  case syntax::Is::known:
  case syntax::Is::status:
    sink_.report(Diag::only_in_expect, span, n.kind == syntax::Is::known ? "is known" : "is " + std::string(status_word(n.wanted)));
    return broken(span);
  case syntax::Is::given: sink_.report(Diag::not_supported, span, "`is given`"); return broken(span);
  case syntax::Is::in_list: sink_.report(Diag::not_supported, span, "`is in` a list"); return broken(span);
  case syntax::Is::in_year: {
    auto t = make(InYear{elaborate_as(n.subject, context, plain(Type::date)), n.year}, boolean, span);
    return n.negated ? make(Not{t}, boolean, span) : t;
  }
  case syntax::Is::value: break;
  }
  auto a = elaborate(n.subject, context);
  auto t = m_.type(a);
  if (is_error(t)) return broken(span);
  TermId b;
  if (t.base == Type::verdict) {
    auto *r = std::get_if<syntax::Ref>(&tree_.exprs[n.operand].node);
    auto at = r ? std::find(verdict_words.begin(), verdict_words.end(), r->head.text) : verdict_words.end();
    if (at == verdict_words.end()) {
      sink_.report(Diag::type_mismatch, tree_.exprs[n.operand].span, "`permitted`, `forbidden`, `required` or `silent`", "something else");
      return broken(span);
    }
    b = make(Constant{{Status::ok, Rational(static_cast<int>(at - verdict_words.begin()))}}, t, tree_.exprs[n.operand].span);
  } else {
    b = elaborate(n.operand, context, &t);
  }
  auto &u = m_.type(b);
  if (is_error(u)) return broken(span);
  if (is_scalar(t) || t.base == Type::boolean || !same_dimension(t, u)) {
    auto &d = sink_.report(Diag::no_overload, span, "is", describe(t), describe(u));
    if (is_scalar(t)) d.with_help("numbers and dates are compared with `=`");
    return broken(span);
  }
  return make(Compare{n.negated ? BinaryOp::ne : BinaryOp::eq, a, b}, boolean, span);
}

TermId Checker::case_of(const syntax::Case &n, Span span, const Context &context) {
  auto subject = elaborate(n.subject, context);
  auto t = m_.type(subject);
  if (is_error(t)) return broken(span);
  if (t.base != Type::choice) {
    sink_.report(Diag::type_mismatch, m_[subject].span, "a kind", describe(t));
    return broken(span);
  }
  auto &kind = m_.kinds[t.kind];
  std::vector<const syntax::Name *> covered(kind.alternatives.size());
  Case node{subject, {}};
  Type result;
  TermId first;
  bool bad = false;
  for (auto &arm : n.arms) {
    std::vector<int> labels;
    for (auto &name : arm.names) {
      auto at = alternative(name.text, &t);
      if (!at || at->first != t.kind) {
        no_member(name, kind.name, names_of(kind.alternatives));
        bad = true;
        continue;
      }
      auto i = static_cast<std::size_t>(at->second);
      if (covered[i]) sink_.report(Diag::alternative_twice, name.span, name.text).at(covered[i]->span, "covered here first");
      covered[i] = &name;
      labels.push_back(at->second);
    }
    auto body = elaborate(arm.body, context);
    if (!first) first = body, result = exact(m_.type(body));
    else if (unify(first, body, result) == TermId{}) bad = true;
    node.arms.emplace_back(std::move(labels), body);
  }
  std::string missing;
  for (std::size_t i = 0; i < covered.size(); ++i)
    if (!covered[i]) missing += (missing.empty() ? "`" : ", `") + kind.alternatives[i].name + "`";
  if (!missing.empty()) sink_.report(Diag::not_exhaustive, span, missing);
  if (bad || !missing.empty() || is_error(result)) return broken(span);
  return make(std::move(node), result, span);
}

TermId Checker::bounds(const syntax::Bounds &n, Span span, const Context &context) {
  auto x = elaborate(n.subject, context);
  auto t = exact(m_.type(x));
  if (is_error(t)) return broken(span);
  if (!is_scalar(t)) {
    sink_.report(Diag::type_mismatch, m_[x].span, "a number, an amount or a date", describe(t));
    return broken(span);
  }
  Clamp node{x, {}, {}};
  if (n.low) node.low = elaborate_as(n.low, context, t);
  if (n.high) node.high = elaborate_as(n.high, context, t);
  if (node.low && node.high) {
    auto a = m_.constant(node.low), b = m_.constant(node.high);
    if (a && b && a->status == Status::ok && b->status == Status::ok && std::get<Rational>(a->value) > std::get<Rational>(b->value))
      sink_.report(Diag::read_bounds_twice, span, "crossed: the low one is above the high one");
  }
  return make(node, t, span);
}

// A fraction of a year by a day count, or the days that it counts.
TermId Checker::day_counted(const syntax::DayCounted &n, Span span, const Context &context) {
  auto a = elaborate_as(n.from, context, plain(Type::date)), b = elaborate_as(n.to, context, plain(Type::date));
  bool by_months = n.convention == DayCount::thirty_360 || n.convention == DayCount::thirty_e_360;
  if (n.kind == syntax::DayCounted::days && !by_months) return make(WholeBetween{Unit::day, a, b}, plain(Type::integer), span);
  auto years = make(Years{a, b, n.convention}, plain(Type::number), span);
  if (n.kind == syntax::DayCounted::days)
    return make(Arithmetic{BinaryOp::mul, years, make(Constant{{Status::ok, Rational(360)}}, plain(Type::integer), span)}, plain(Type::integer), span);
  if (n.kind == syntax::DayCounted::old_years)
    sink_.report(Diag::read_days_from, span, day_count_words[static_cast<std::size_t>(n.convention)])
        .with_help("write `years from … to … DAYCOUNT` for the fraction, `days counted from … to … DAYCOUNT` for the days");
  return years;
}

TermId Checker::power(const syntax::Power &n, Span span, const Context &context, bool under_store) {
  auto base = elaborate(n.base, context), exponent = elaborate(n.exponent, context);
  auto &t = m_.type(base);
  if (is_error(t) || is_error(m_.type(exponent))) return broken(span);
  auto fail = [&](std::string_view why) {
    sink_.report(Diag::bad_exponent, m_[exponent].span, why);
    return broken(span);
  };
  if (!is_number(t)) {
    sink_.report(Diag::type_mismatch, m_[base].span, "a number", describe(t));
    return broken(span);
  }
  auto c = m_.constant(exponent);
  if (!c || c->status != Status::ok || !std::holds_alternative<Rational>(c->value)) return fail("this one is not a constant");
  auto &v = std::get<Rational>(c->value);
  if (!is_integral(v)) return fail("this one is not whole");
  if (abs(v) > 1200) return fail("this one is larger");
  if (!under_store) return fail("and a power stands directly under a store or `rounded`");
  return make(Power{base, static_cast<int>(numerator(v))}, plain(Type::number), span);
}

TermId Checker::rounded(const syntax::Rounded &n, Span span, const Context &context) {
  auto *p = std::get_if<syntax::Power>(&tree_.exprs[n.subject].node);
  auto x = p ? power(*p, tree_.exprs[n.subject].span, context, true) : elaborate(n.subject, context);
  auto t = exact(m_.type(x));
  if (is_error(t)) return broken(span);
  if (!is_number(t) && t.base != Type::money) {
    sink_.report(Diag::type_mismatch, m_[x].span, "a number or an amount", describe(t));
    return broken(span);
  }
  int places = n.places + (t.base == Type::percent ? 2 : 0);
  if (places > 36) sink_.report(Diag::bad_number, span, n.places, "rounding goes to 36 places at most");
  return make(Round{x, n.mode, std::min(places, 36)}, t, span);
}

} // namespace deal::check
