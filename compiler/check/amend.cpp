// Amendments: each clause becomes a list of versions; a change replaces line by line.
#include "check/checker.h"
#include "support/date.h"
#include "support/match.h"

namespace deal::check {
void Checker::amendments() {
  std::int32_t last = m_.effective.value_or(always_from);
  for (auto &item : tree_.items) {
    auto *a = std::get_if<syntax::Amendment>(&item.node);
    if (!a) continue;
    declare(Symbol::amendment, m_.amendments.next(), a->name);
    if (a->effective.day < last) {
      if (m_.amendments.empty()) sink_.report(Diag::before_effective, a->effective.span, format_date(a->effective.day));
      else sink_.report(Diag::amendments_order, a->effective.span);
    }
    last = std::max(last, a->effective.day);
    Amendment out{a->name.text, a->title, a->effective.day, {}, item.span};
    for (auto &t : a->texts) out.texts.push_back({t.text, t.source});
    m_.amendments.add(std::move(out));
    amend(*a);
  }
}

void Checker::amend(const syntax::Amendment &a) {
  auto from = a.effective.day;
  for (auto &change : a.changes)
    match(
        change.node, [](const syntax::Broken &) {},
        [&](const syntax::ChangeClause &n) {
          if (auto *d = draft(n.name)) revise(*d, n, from);
        },
        [&](const syntax::EndClauses &n) {
          for (auto &name : n.names) {
            auto *d = draft(name);
            if (!d) continue;
            auto &clause = m_.clauses[d->clause];
            if (d->ended) sink_.report(Diag::ended_already, name.span, name.text);
            if (says(clause.kind) == Says::pay && n.accrued == syntax::EndClauses::unsaid)
              sink_.report(Diag::end_accrued, change.span).with_help("the two differ in what still waits for its day");
            d->ended = true;
            clause.versions.push_back({from, {}, Ended{n.accrued == syntax::EndClauses::released}});
          }
        },
        [&](const syntax::AddItem &n) {
          for (auto &item : n.item)
            if (!std::holds_alternative<syntax::ParameterItem>(item.node)) elaborate_item(item.node, from);
        },
        [&](const syntax::SetParameter &n) {
          auto *s = lookup(n.name, Symbol::parameter);
          if (!s) return;
          auto &p = m_.parameters[s->index];
          auto value = constant(n.value, p.type, "the value of a parameter");
          if (!p.versions.empty() && p.versions.back().from == from) p.versions.pop_back();
          p.versions.push_back({from, value, n.badge});
        },
        [&](const syntax::RestartTotals &n) {
          for (auto &name : n.names)
            if (auto *d = draft(name)) {
              auto &clause = m_.clauses[d->clause];
              if (says(clause.kind) != Says::pay)
                sink_.report(Diag::wrong_kind_of_name, name.span, name.text, "a clause without totals", "a payment");
              else clause.restarts.push_back(from);
            }
        },
        [&](const syntax::ReplaceDefinition &n) { definition(n.name, n.value, from); },
        [&](const syntax::BeyondChange &n) { sink_.report(Diag::not_supported, change.span, n.what); });
}

Draft *Checker::draft(const syntax::Name &name) {
  auto *s = lookup(name, Symbol::clause);
  if (!s) return nullptr;
  auto at = drafts_.find(name.text);
  if (at != drafts_.end()) return &at->second;
  if (find(name.text)) sink_.report(Diag::unknown_name, name.span, name.text).with_help("it is added later");
  return nullptr;
}

void Checker::open_clause(const syntax::Clause &c, std::int32_t from) {
  auto *s = find(c.name.text);
  Draft d{s->index, c.sentence, c.sentence_span, c.badge, c.lines, false};
  if (says(c.kind) == Says::pay) lines_in_order(d);
  push_version(drafts_[c.name.text] = std::move(d), from);
}

void Checker::revise(Draft &d, const syntax::ChangeClause &change, std::int32_t from) {
  auto &name = change.name.text;
  if (d.ended) {
    sink_.report(Diag::ended_already, change.name.span, name);
    return;
  }
  std::erase_if(d.lines, [](auto &l) { return l.lead == "text"; }); // texts belong to the version
  std::set<std::string> replaced;
  for (auto &r : change.revisions)
    match(
        r.node,
        [&](const syntax::Broken &) {
          d.lines.push_back({syntax::Broken{}, {}, {}, r.span});
        },
        [&](const syntax::Line &line) {
          auto key = line_key(line);
          if (key != "text" && !replaced.insert(key).second) sink_.report(Diag::line_twice, line.span, line.lead);
          auto at = std::find_if(d.lines.begin(), d.lines.end(), [&](auto &l) { return key != "text" && line_key(l) == key; });
          if (at != d.lines.end()) *at = line;
          else d.lines.push_back(line);
        },
        [&](const std::string &lead) {
          auto *dropped = line_row(lead);
          auto same = [&](auto &l) {
            auto *row = line_row(l.lead);
            return l.lead == lead || (row && dropped && row->key == dropped->key);
          };
          if (std::erase_if(d.lines, same) == 0) sink_.report(Diag::nothing_to_drop, r.span, name, lead);
        },
        [&](const syntax::Sentence &s) {
          bool whole = !std::holds_alternative<syntax::BeyondSentence>(s) && !std::holds_alternative<syntax::Broken>(d.sentence);
          if (s.index() != d.sentence.index() && whole) sink_.report(Diag::line_not_here, r.span, name, "replace");
          else d.sentence = s, d.sentence_span = r.span;
        });
  push_version(d, from);
}

void Checker::push_version(Draft &d, std::int32_t from) {
  auto &clause = m_.clauses[d.clause];
  clause.refused |= incomplete(d);
  Common common;
  common.span = d.sentence_span;
  common.lines.push_back({"", d.sentence_span, d.badge});
  auto body = match(
      d.sentence,
      [&](const syntax::Broken &) -> ClauseBody {
        // Its lines can be read, but for those of a norm: they speak of the act.
        if (says(clause.kind) != Says::norm)
          for (auto &l : d.lines) common_line(l, common, {});
        return Ended{};
      },
      [&](const syntax::GrantSentence &s) { return license(d, s, common); },
      [&](const syntax::PaySentence &s) { return payment(d, s, common); }, [&](const syntax::DutySentence &s) { return duty(d, s, common); },
      [&](const syntax::BeyondSentence &s) -> ClauseBody {
        sink_.report(Diag::not_supported, d.sentence_span, s.what);
        return Ended{};
      });
  if (from == always_from) from = m_.effective.value_or(always_from);
  if (!clause.versions.empty() && clause.versions.back().from == from) clause.versions.pop_back();
  clause.versions.push_back({from, std::move(common), std::move(body)});
}

} // namespace deal::check
