#include "check/checker.h"

namespace deal::check {

// Permissions, prohibitions, options and obligations: one norm each.
std::variant<Ended, LicenseVersion, PaymentVersion, NormVersion> Checker::duty(const Draft &d, const syntax::DutySentence &s, Common &common) {
  static constexpr std::string_view kinds[] = {"a license", "a payment", "an obligation", "a permission", "a prohibition", "an option"};
  auto &clause = m_.clauses[static_cast<std::size_t>(d.clause)];
  auto kind = kinds[static_cast<std::size_t>(clause.kind)];
  unique_lines(d, kind, {"when", "unless", "term", "subject", "notwithstanding", "text"});
  using M = syntax::DutySentence;
  auto wanted = clause.kind == syntax::Clause::obligation ? M::must : clause.kind == syntax::Clause::prohibition ? M::must_not : M::may;
  static constexpr std::string_view modals[] = {"may", "must", "must not"};
  if (s.modal != wanted)
    sink_.report(Diag::type_mismatch, d.sentence_span, fmt::format("`{}` in {}", modals[wanted], kind), fmt::format("`{}`", modals[s.modal]));
  NormVersion out{s.modal, party(s.party), -1, {}, s.by ? s.by->day : never};
  Context context;
  if (auto *a = lookup(s.deed.action, Symbol::action)) {
    out.action = a->index;
    auto &action = m_.actions[static_cast<std::size_t>(a->index)];
    context.arguments = &action.fields;
    if (action.by >= 0 && out.party >= 0 && action.by != out.party)
      sink_.report(Diag::type_mismatch, s.party.span, "`" + m_.parties[static_cast<std::size_t>(action.by)].name + "`, whose act it is",
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
