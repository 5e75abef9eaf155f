// Lines that several kinds of clause share.
#include "check/checker.h"
#include "support/date.h"
#include "support/match.h"

namespace deal::check {

TermSpec Checker::term(const syntax::TermLine &t, Span span) {
  TermSpec out;
  out.stated = true;
  out.last = t.which == syntax::TermLine::last;
  auto event = [&](const syntax::Name &name) {
    auto *s = lookup(name, Symbol::event);
    return s ? EventId(s->index) : EventId{};
  };
  if (t.start) out.start = t.start->day;
  if (t.start_event) out.start_event = event(*t.start_event);
  for (auto &e : t.endings) {
    TermSpec::End end;
    switch (e.kind) {
    case syntax::Ending::through: end.through = e.date.day; break;
    case syntax::Ending::until_date: end.through = e.date.day - 1; break;
    case syntax::Ending::until_event: end.until_event = event(e.event); break;
    case syntax::Ending::lasting: {
      if (!t.start) {
        sink_.report(Diag::not_supported, e.span, "`for` a span of time without a first day");
        break;
      }
      auto n = Rational(e.count) * unit_sizes[static_cast<std::size_t>(e.unit)];
      if (is_calendar(e.unit) && !m_.month_end_up && !day_exists_after(t.start->day, numerator(n))) {
        sink_.report(Diag::no_month_end, e.span).with_help("add `month end down` or `month end up` at the top");
        break;
      }
      auto after = is_calendar(e.unit) ? add_months(t.start->day, n, m_.month_end_up.value_or(false)) : add_days(t.start->day, n / 86400);
      if (after.status != Status::ok) sink_.report(Diag::constant_fails, e.span, status_word(after.status));
      else end.through = static_cast<std::int32_t>(std::get<Rational>(after.value)) - 1;
      break;
    }
    }
    out.ends.push_back(end);
  }
  term_makes_sense(out, span);
  return out;
}

void Checker::term_makes_sense(const TermSpec &t, Span span) {
  auto last = t.last ? always_from : never; // as far as dates say
  for (auto &e : t.ends) {
    auto through = e.until_event ? never : e.through;
    last = t.last ? std::max(last, through) : std::min(last, through);
  }
  if (t.ends.empty() || last == never) return;
  if (t.start != always_from && last < t.start) sink_.report(Diag::empty_term, span, format_date(last), format_date(t.start));
  else if (m_.effective && last < *m_.effective) sink_.report(Diag::term_is_over, span, format_date(last), format_date(*m_.effective));
}

void Checker::two_parties(const syntax::Name &one, const syntax::Name &other) {
  if (one.text == other.text) sink_.report(Diag::one_party, other.span, other.text).at(one.span, "and here");
}

void Checker::common_line(const syntax::Line &l, Common &common, const Context &context) {
  if (auto *w = std::get_if<syntax::WhenLine>(&l.node)) common.guard.when = condition(w->condition, context);
  if (auto *u = std::get_if<syntax::UnlessLine>(&l.node)) common.guard.unless = condition(u->condition, context);
  if (auto *t = std::get_if<syntax::TermLine>(&l.node)) common.term = term(*t, l.span);
  if (auto *t = std::get_if<syntax::TextLine>(&l.node)) common.texts.push_back({t->text, t->source});
  auto clauses = [&](const std::vector<syntax::Name> &names, std::vector<Precedence> &list) {
    for (auto &name : names)
      if (auto *c = lookup(name, Symbol::clause)) list.push_back({c->index, name.span});
  };
  if (auto *s = std::get_if<syntax::SubjectLine>(&l.node)) clauses(s->names, common.yields_to);
  if (auto *n = std::get_if<syntax::NotwithstandingLine>(&l.node)) clauses(n->names, common.beats);
  if (l.lead != "text") common.lines.push_back({l.lead, {l.span.begin, l.badge ? l.badge->span.begin : l.span.end}, l.badge});
}

bool Checker::incomplete(const Draft &d) {
  return std::any_of(d.lines.begin(), d.lines.end(),
                     [](auto &l) { return std::holds_alternative<syntax::BeyondLine>(l.node) || std::holds_alternative<syntax::Broken>(l.node); });
}

// What tells the lines of a clause apart, in the clause and in its amendments (rule 12): the key of the first word, of `capped` and `at least`
// lines the scope too.
std::string line_key(const syntax::Line &l) {
  auto *c = std::get_if<syntax::CappedLine>(&l.node);
  auto *least = std::get_if<syntax::AtLeastLine>(&l.node);
  auto *row = line_row(l.lead);
  if (!c && !least) return row ? std::string(row->key) : l.lead;
  auto &scope = c ? c->scope : least->scope;
  bool each = scope.kind == syntax::Scope::period;
  return fmt::format("{} {} {} {}", l.lead, static_cast<int>(scope.kind), each ? static_cast<int>(scope.each.unit) : 0, each && scope.each.contract);
}

void Checker::unique_lines(const Draft &d) {
  auto kind = m_.clauses[d.clause].kind;
  std::map<std::string, Span> seen;
  for (auto &l : d.lines) {
    if (std::holds_alternative<syntax::Broken>(l.node)) continue;
    if (auto *b = std::get_if<syntax::BeyondLine>(&l.node)) {
      sink_.report(Diag::not_supported, l.span, b->what);
      continue;
    }
    auto &row = *line_row(l.lead);
    if (row.later >> static_cast<unsigned>(kind) & 1) {
      sink_.report(Diag::not_supported, l.span, fmt::format("the line `{}` of {}", l.lead, clause_row(kind).a_clause));
      continue;
    }
    if (!may_stand(row, kind)) {
      sink_.report(Diag::line_not_here, l.span, clause_row(kind).a_clause, l.lead);
      continue;
    }
    auto key = line_key(l);
    if (row.repeats) continue;
    auto [at, fresh] = seen.try_emplace(key, l.span);
    if (!fresh)
      sink_.report(Diag::line_twice, l.span, l.lead)
          .at(at->second, "stated here first")
          .with_help(key == "when" || key == "unless" ? "join the conditions by `and` or `or`" : "");
  }
}

} // namespace deal::check
