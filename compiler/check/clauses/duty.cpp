#include "check/checker.h"

namespace deal::check {

// Permissions, prohibitions, options and obligations: one norm each.
ClauseBody Checker::duty(const Draft &d, const syntax::DutySentence &s, Common &common) {
  auto &clause = m_.clauses[d.clause];
  unique_lines(d);
  auto &row = clause_row(clause.kind);
  auto word = [](Modal m) { return modal_words[static_cast<std::size_t>(m)]; };
  if (s.modal != row.modal)
    sink_.report(Diag::type_mismatch, d.sentence_span, fmt::format("`{}` in {}", word(row.modal), row.a_clause), fmt::format("`{}`", word(s.modal)));
  NormVersion out{s.modal, party(s.party), {}, {}, s.by ? s.by->day : never};
  Context context;
  if (auto *a = lookup(s.deed.action, Symbol::action)) {
    out.action = a->index;
    auto &action = m_.actions[a->index];
    context.arguments = &action.fields;
    if (action.by && out.party && action.by != out.party)
      sink_.report(Diag::type_mismatch, s.party.span, "`" + m_.parties[action.by].name + "`, whose act it is",
                   "`" + s.party.text + "`");
    if (s.deed.arguments.size() != action.fields.size()) {
      sink_.report(Diag::wrong_count, s.deed.action.span, action.name, action.fields.size(), s.deed.arguments.size());
    } else {
      for (std::size_t i = 0; i < action.fields.size(); ++i) {
        // A name that is this field of the action binds; anything else must match.
        auto *r = std::get_if<syntax::Ref>(&tree_.exprs[s.deed.arguments[i]].node);
        bool binds = r && !r->member && !r->arguments && r->head.text == action.fields[i].name;
        if (binds) {
          out.pattern.push_back({});
          continue;
        }
        auto x = elaborate_as(s.deed.arguments[i], context, action.fields[i].type);
        out.pattern.push_back(x);
      }
    }
  }
  for (auto &l : d.lines) common_line(l, common, context);
  return out;
}

} // namespace deal::check
