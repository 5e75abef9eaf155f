#include "support/date.h"
#include "syntax/builder.h"
#include "syntax/lexer.h"
#include "syntax/parse.h"

namespace deal::syntax {

// ---- leaves ----

Span span_of(const antlr4::Token &token) {
  auto from = token.getStartIndex(), to = std::max(from, token.getStopIndex() + 1); // a token that recovery made up has no end
  return {static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to)};
}
Span Builder::span(antlr4::ParserRuleContext *c) const {
  auto *first = c->getStart(), *last = c->getStop();
  return last && last->getTokenIndex() >= first->getTokenIndex() ? join(span(first), span(last)) : span(first); // an empty rule has no last token
}
Name Builder::name(antlr4::ParserRuleContext *c) { return {c->getText(), span(c)}; }
std::vector<Name> Builder::names(const std::vector<P::NameContext *> &all) {
  std::vector<Name> out;
  for (auto *n : all) out.push_back(name(n));
  return out;
}
std::string Builder::text(antlr4::Token *token) {
  auto raw = token->getText();
  std::string out;
  for (std::size_t i = 1; i + 1 < raw.size(); ++i) {
    if (raw[i] == '\\' && i + 2 < raw.size()) out += raw[++i] == 'n' ? '\n' : raw[i];
    else out += raw[i];
  }
  return out;
}
Date Builder::date(antlr4::Token *token) {
  auto day = parse_date(token->getText());
  if (!day) sink_.report(Diag::no_such_date, span(token), token->getText());
  return {day.value_or(0), span(token)};
}
Date Builder::date(P::DateContext *c) { return date(c->getStart()); }

static Rational parse_digits(std::string t) {
  std::erase(t, '_');
  auto dot = t.find('.');
  auto places = dot == std::string::npos ? 0 : static_cast<int>(t.size() - dot - 1);
  if (dot != std::string::npos) t.erase(dot, 1);
  auto first = t.find_first_not_of('0');
  return Rational(Integer(first == std::string::npos ? "0" : t.substr(first)), power_of_ten(places));
}
Rational Builder::number(antlr4::Token *token) {
  auto t = token->getText();
  if (t.size() > 1000) {
    sink_.report(Diag::bad_number, span(token), t.substr(0, 20) + "…", "it has more than 1,000 digits");
    return 0;
  }
  return parse_digits(t);
}
int Builder::small(P::NumberContext *c, int limit) {
  auto v = number(c->getStart());
  if (is_integral(v) && v <= limit) return static_cast<int>(numerator(v));
  sink_.report(Diag::bad_number, span(c), c->getText(), fmt::format("a whole number up to {} stands here", limit));
  return 0;
}
Rational Builder::percent(antlr4::Token *token) {
  auto t = token->getText();
  t.pop_back();
  return t.size() > 1000 ? Rational(0) : parse_digits(t) / 100;
}
Unit Builder::unit(P::UnitContext *c) {
  auto t = c->getText();
  if (t.back() == 's') t.pop_back();
  for (std::size_t i = 0; i < unit_words.size(); ++i)
    if (unit_words[i] == t) return static_cast<Unit>(i);
  return Unit::day;
}
Period Builder::period(P::PeriodContext *c) {
  auto unit = c->DAY() ? Unit::day : c->WEEK() ? Unit::week : c->MONTH() ? Unit::month : c->QUARTER() ? Unit::quarter : Unit::year;
  return {unit, c->CONTRACT() != nullptr};
}
Rounding Builder::rounding(P::RoundingContext *c) {
  if (c->HALF()) return c->EVEN() ? Rounding::half_even : c->UP() ? Rounding::half_up : Rounding::half_down;
  return c->UP() ? Rounding::up : c->DOWN() ? Rounding::down : c->CEILING() ? Rounding::ceiling : Rounding::floor;
}
std::optional<Badge> Builder::badge(P::BadgeContext *c) {
  if (!c) return std::nullopt;
  return Badge{c->ACCORDING() ? Badge::according : c->INFERRED() ? Badge::inferred : Badge::assumed, text(c->string()), span(c)};
}
TextLine Builder::text_line(P::TextContext *c) { return {text(c->string(0)), c->SOURCE() ? text(c->string(1)) : std::string()}; }

// ---- expressions ----

ExprId Builder::expr(P::ExprContext *c) {
  if (first_of(c) != P::IF && first_of(c) != P::CASE) return flat(as<P::FlatExprContext>(c));
  if (first_of(c) == P::IF) {
    auto *i = as<P::IfExprContext>(c);
    auto a = expr(i->expr(0)), b = expr(i->expr(1)), d = expr(i->expr(2));
    return add(If{a, b, d}, span(c));
  }
  auto *k = as<P::CaseExprContext>(c);
  Case node{ref(k->ref()), {}};
  for (auto *arm : k->arm()) {
    auto labels = names(arm->names());
    node.arms.push_back({std::move(labels), expr(arm->expr())});
  }
  return add(std::move(node), span(c));
}

std::vector<ExprId> Builder::exprs(const std::vector<P::ExprContext *> &list) {
  std::vector<ExprId> out;
  for (auto *e : list) out.push_back(expr(e));
  return out;
}

bool Builder::is_percent(ExprId id) const { return std::holds_alternative<PercentLit>(tree_.exprs[id].node); }

// semantics.md rule 28: what two people would read in two ways is refused, with the bracketed form.
void Builder::read_aloud(const std::vector<Operand> &operands, const std::vector<std::pair<BinaryOp, Span>> &ops) {
  auto words = [&](Span s) { return std::string(source_.text(s)); };
  for (auto &o : operands)
    if (o.bounded && (o.negated || !ops.empty()))
      sink_.report(Diag::read_bounds, o.span)
          .with_help(fmt::format("write `({})`, or put the brackets around what the bounds belong to", words(o.span)));
  int last_comparison = -1;
  for (std::size_t i = 0; i < ops.size(); ++i) {
    auto op = ops[i].first;
    if (op == BinaryOp::and_ || op == BinaryOp::or_) last_comparison = -1;
    if (!is_comparison(op)) continue;
    if (last_comparison >= 0)
      sink_.report(Diag::read_chain, ops[i].second)
          .at(ops[static_cast<std::size_t>(last_comparison)].second, "after this one")
          .with_help("write two comparisons joined by `and`");
    last_comparison = static_cast<int>(i);
    std::size_t first = i;
    while (first > 0 && binary_levels[static_cast<std::size_t>(ops[first - 1].first)] > 2) --first;
    auto &left = tree_.exprs[operands[first].expr];
    if (auto *u = std::get_if<Unary>(&left.node); u && u->op == UnaryOp::not_ && !left.bracketed) {
      std::size_t end = i + 1;
      while (end < ops.size() && binary_levels[static_cast<std::size_t>(ops[end].first)] > 2) ++end;
      sink_.report(Diag::read_not, operands[first].span)
          .with_help(fmt::format("write `not ({})`", words(join(tree_.exprs[u->operand].span, operands[end].span))));
    }
    for (auto side : {i, i + 1})
      if (auto *b = std::get_if<BoolLit>(&tree_.exprs[operands[side].expr].node))
        sink_.report(Diag::read_truth, operands[side].span, b->value ? "true" : "false")
            .with_help(fmt::format("write `{}{}`", b->value == (op == BinaryOp::eq) ? "" : "not ", words(operands[side == i ? i + 1 : i].span)));
  }
}

ExprId Builder::flat(P::FlatExprContext *c) {
  std::vector<Operand> operands;
  std::vector<std::pair<BinaryOp, Span>> ops;
  auto infixes = c->infix();
  auto parts = c->operand();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) {
      auto word = infixes[i - 1]->getText();
      auto at = static_cast<std::size_t>(std::find(binary_words.begin(), binary_words.end(), word) - binary_words.begin());
      ops.emplace_back(static_cast<BinaryOp>(at), span(infixes[i - 1]));
    }
    // `x * 30/360` came as one token: two operands and a division.
    auto *q = parts[i]->primary() && parts[i]->postfix().empty() ? parts[i]->primary() : nullptr;
    if (q && first_of(q) == P::DAYCOUNT && q->getText() == "30/360") {
      auto s = span(q);
      Span left{s.begin, s.begin + 2}, right{s.begin + 3, s.end};
      operands.push_back({add(NumberLit{30, {}, {}}, left), false, false, left});
      ops.emplace_back(BinaryOp::div, Span{s.begin + 2, s.begin + 3});
      operands.push_back({add(NumberLit{360, {}, {}}, right), false, false, right});
    } else {
      operands.push_back(operand(parts[i]));
    }
  }
  if (ops.size() > static_cast<std::size_t>(max_depth)) {
    sink_.report(Diag::too_deep, ops[max_depth].second);
    return add(Broken{}, span(c));
  }
  read_aloud(operands, ops);
  std::size_t next = 0;
  return climb(operands, ops, next, 0);
}

ExprId Builder::climb(const std::vector<Operand> &operands, const std::vector<std::pair<BinaryOp, Span>> &ops, std::size_t &next, int level) {
  auto left = operands[next].expr;
  auto begin = operands[next].span;
  while (next < ops.size()) {
    auto [op, op_span] = ops[next];
    auto own = binary_levels[static_cast<std::size_t>(op)];
    if (own < level) break;
    ++next;
    auto right = climb(operands, ops, next, own + 1);
    auto s = join(begin, operands[next].span);
    left = add(Binary{op, left, right, op_span}, s);
  }
  return left;
}

ExprId Builder::sum(P::SumContext *c) {
  auto parts = c->operand();
  auto first = operand(parts[0]);
  auto left = first.expr;
  std::size_t i = 1;
  for (auto *child : c->children) {
    auto *leaf = dynamic_cast<antlr4::tree::TerminalNode *>(child);
    if (!leaf) continue;
    auto right = operand(parts[i++]);
    left = add(Binary{leaf->getSymbol()->getType() == P::PLUS ? BinaryOp::add : BinaryOp::sub, left, right.expr, span(leaf->getSymbol())},
               join(first.span, right.span));
  }
  return left;
}

Builder::Operand Builder::operand(P::OperandContext *c) {
  if (auto *inner = c->operand()) {
    auto o = operand(inner);
    auto s = span(c);
    return {add(Unary{c->NOT() ? UnaryOp::not_ : UnaryOp::negate, o.expr}, s), o.negated || c->MINUS(), o.bounded, s};
  }
  bool bounded = false;
  auto e = primary(c->primary());
  for (auto *p : c->postfix()) e = postfix(e, p, bounded);
  return {e, false, bounded, span(c)};
}

ExprId Builder::postfix(ExprId subject, P::PostfixContext *c, bool &bounded) {
  auto s = join(tree_.exprs[subject].span, span(c));
  switch (first_of(c)) {
  case P::CARET: return add(Power{subject, primary(as<P::PowerPostfixContext>(c)->primary())}, s);
  case P::IS: return add(is(subject, as<P::IsPostfixContext>(c)), s);
  default: return add(bounds(subject, as<P::BoundPostfixContext>(c), bounded), s);
  }
}

Is Builder::is(ExprId subject, P::IsPostfixContext *c) {
  Is node{Is::value, c->NOT() != nullptr, subject, {}, 0, Status::ok};
  if (c->KNOWN()) node.kind = Is::known;
  else if (c->GIVEN()) node.kind = Is::given;
  else if (c->YEAR()) node.kind = Is::in_year, node.year = small(c->number(), 9999);
  else if (c->status()) {
    node.kind = Is::status;
    auto phrase = std::string(source_.text(span(c->status())));
    auto at = std::find(status_words.begin(), status_words.end(), phrase);
    if (at == status_words.end())
      sink_.report(Diag::unknown_name, span(c->status()), phrase)
          .with_help("the statuses are `unknown`, `no rule applies`, `readings differ`, `conflict`, `division by zero`, `date out of range`, "
                     "`overflow`, `input out of range`");
    else node.wanted = static_cast<Status>(at - status_words.begin());
  } else {
    node.kind = c->IN() ? Is::in_list : Is::value;
    node.operand = primary(c->primary());
    if (auto *b = std::get_if<BoolLit>(&tree_.exprs[node.operand].node))
      sink_.report(Diag::read_truth, tree_.exprs[node.operand].span, b->value ? "true" : "false")
          .with_help("write the condition itself, or `not` before it");
  }
  return node;
}

Bounds Builder::bounds(ExprId subject, P::BoundPostfixContext *c, bool &bounded) {
  if (bounded) sink_.report(Diag::read_bounds_twice, span(c), "stated twice");
  bounded = true;
  Bounds node{subject, {}, {}};
  for (auto *part : c->bound()) {
    auto e = primary(part->primary());
    auto &side = part->BELOW() ? node.low : node.high;
    if (side) sink_.report(Diag::read_bounds_twice, span(part), "stated twice");
    side = e;
  }
  return node;
}

ExprId Builder::primary(P::PrimaryContext *c) {
  auto s = span(c);
  switch (first_of(c)) {
  case P::PERCENT_LITERAL: return add(PercentLit{percent(c->getStart())}, s);
  case P::DATE_LITERAL: return add(DateLit{date(c->getStart()).day}, s);
  case P::INSTANT_LITERAL: return add(Beyond{"instants"}, s);
  case P::STRING_LITERAL: return add(TextLit{text(c->getStart())}, s);
  case P::DAYCOUNT: sink_.report(Diag::bad_number, s, c->getText(), "a day count follows `per year`"); return add(Broken{}, s);
  case P::NUMBER_LITERAL: return number_primary(as<P::NumberPrimaryContext>(c));
  case P::TRUE:
  case P::FALSE: return add(BoolLit{first_of(c) == P::TRUE}, s);
  case P::UNKNOWN: return add(UnknownLit{}, s);
  case P::TODAY: return add(TodayLit{}, s);
  case P::NOW: return add(Beyond{"`now`"}, s);
  case P::LPAREN: return bracket(as<P::BracketPrimaryContext>(c));
  case P::LIST: return add(Beyond{"lists"}, s);
  case P::WHOLE: return whole(as<P::WholePrimaryContext>(c));
  case P::YEARS:
  case P::DAYS: return days(as<P::DaysPrimaryContext>(c));
  case P::TOTAL:
  case P::COUNT:
  case P::HIGHEST:
  case P::LOWEST:
  case P::LATEST:
  case P::ANY:
  case P::ALL: return aggregate(as<P::AggregatePrimaryContext>(c));
  case P::MAY:
  case P::MUST: {
    auto *p = as<P::QuestionPrimaryContext>(c);
    auto party = name(p->name());
    return add(Question{p->MUST() != nullptr, std::move(party), deed(p->deed())}, s);
  }
  default: return ref(as<P::RefPrimaryContext>(c)->ref());
  }
}

ExprId Builder::bracket(P::BracketPrimaryContext *c) {
  auto e = expr(c->expr());
  if (c->ROUNDED()) e = add(Rounded{e, rounding(c->rounding()), small(c->number(), 100)}, span(c));
  auto copy = tree_.exprs[e];
  copy.bracketed = true;
  copy.span = span(c);
  return tree_.exprs.add(std::move(copy));
}

ExprId Builder::whole(P::WholePrimaryContext *c) {
  auto u = unit(c->unit());
  auto a = primary(c->primary(0));
  if (c->IN()) return add(WholeIn{u, a}, span(c));
  return add(WholeBetween{u, a, primary(c->primary(1))}, span(c));
}

ExprId Builder::days(P::DaysPrimaryContext *c) {
  auto word = c->DAYCOUNT()->getText();
  auto at = std::find(day_count_words.begin(), day_count_words.end(), word) - day_count_words.begin();
  auto a = primary(c->primary(0)), b = primary(c->primary(1));
  auto kind = c->YEARS() ? DayCounted::years : c->COUNTED() ? DayCounted::days : DayCounted::old_years;
  return add(DayCounted{kind, a, b, static_cast<DayCount>(at)}, span(c));
}

ExprId Builder::number_primary(P::NumberPrimaryContext *c) {
  NumberLit node{number(c->number()->getStart()), {}, {}};
  if (c->unit()) node.unit = unit(c->unit());
  if (c->NAME()) {
    node.currency = Name{c->NAME()->getText(), span(c->NAME()->getSymbol())};
    auto &t = node.currency->text;
    if (!all_letters(t)) return add(Broken{}, span(c)); // said before
    bool code = t.size() == 3 && std::all_of(t.begin(), t.end(), [](char l) { return l >= 'A' && l <= 'Z'; });
    if (!code)
      sink_.report(Diag::read_unit, node.currency->span, t)
          .with_help(fmt::format("write `{} * {}` or `{} of {}`", c->number()->getText(), t, c->number()->getText(), t));
  }
  return add(std::move(node), span(c));
}

ExprId Builder::aggregate(P::AggregatePrimaryContext *c) {
  auto s = span(c);
  if (c->OF() || c->WHERE() || !c->aggregate()->TOTAL()) return add(Beyond{fmt::format("`{}` over lists", c->aggregate()->getText())}, s);
  auto *w = c->window();
  auto over = ref(c->ref());
  if (!w) return add(Total{Total::unsaid, over, 0, {}}, s); // the checker asks: over what?
  if (w->LAST()) return add(Beyond{"totals over past periods"}, s);
  Total node{Total::so_far, over, 0, {}};
  if (w->BEFORE()) node.window = Total::before_this_event;
  if (w->SINCE()) node.window = Total::since, node.since_day = date(w->date()).day;
  if (w->THIS() && w->period()) node.window = Total::this_period, node.period = period(w->period());
  return add(node, s);
}

ExprId Builder::ref(P::RefContext *c) {
  Ref node{name(c->name()), {}, {}};
  bool beyond = false;
  for (auto *tail : c->refTail()) {
    if (tail->DOT()) {
      beyond |= node.member.has_value() || node.arguments.has_value();
      node.member = name(tail->word());
    } else {
      beyond |= node.arguments.has_value();
      node.arguments = exprs(tail->expr());
    }
  }
  if (beyond) return add(Beyond{"a member of a member"}, span(c));
  return add(std::move(node), span(c));
}

Deed Builder::deed(P::DeedContext *c) {
  if (c->TERMINATE()) return {{"terminate", span(c)}, {}};
  auto action = c->USE() ? Name{"use", span(c->USE()->getSymbol())} : name(c->name());
  return {std::move(action), exprs(c->expr())};
}

ExprId Builder::bands(P::ScheduleContext *c) {
  Bands out{c->SLICES() != nullptr, expr(c->expr(0)), {}, {}};
  if (c->APPLIED()) out.applied = expr(c->expr(1));
  for (auto *b : c->band()) {
    using Band = Bands::Band;
    if (b->FROM()) {
      out.bands.push_back({Band::points, sum(b->sum(1)), sum(b->sum(2)), sum(b->sum(0)), sum(b->sum(3)), span(b)});
      continue;
    }
    auto kind = b->INCLUDING() ? Band::through : b->BELOW() ? Band::below : b->AT() ? Band::at_or_above : Band::above;
    out.bands.push_back({kind, expr(b->expr(0)), expr(b->expr(1)), {}, {}, span(b)});
  }
  return add(std::move(out), span(c));
}

} // namespace deal::syntax
