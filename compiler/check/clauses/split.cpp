// A payment that is split (semantics.md rule 11, M40): its portions, and who may be asked for.
#include "check/checker.h"

namespace deal::check {
namespace {

constexpr std::size_t most_payees = 64;

Type percent() {
  auto t = plain(Type::percent);
  t.scale = 9;
  return t;
}

} // namespace

void Checker::split(PaymentVersion &out, const syntax::PaySentence &s) {
  std::map<std::string, Span> seen;
  for (auto &p : s.portions) {
    auto [at, fresh] = seen.try_emplace(p.payee.text, p.payee.span);
    if (!fresh) sink_.report(Diag::payee_twice, p.payee.span, p.payee.text).at(at->second, "the first one").with_help("add the two up");
    if (!p.share && &p != &s.portions.back()) sink_.report(Diag::rest_not_last, p.span);
    out.portions.push_back({party(p.payee), p.share ? portion(p.share) : TermId{}});
    two_parties(s.payer, p.payee);
  }
  if (s.portions.size() > most_payees) sink_.report(Diag::not_supported, s.portions[most_payees].span, "more than 64 payees");
  portions_make_a_whole(out, s);
}

// A constant, or what has a name: a percent that is stored.
TermId Checker::portion(ExprId e) {
  auto x = elaborate_as(e, {}, percent());
  auto span = m_[x].span;
  auto base = m_.type(x).base;
  if (base == Type::error) return x;
  if (m_.constant(x)) {
    auto value = constant_store(x, percent(), span, "a portion");
    return value ? make(Constant{{Status::ok, *value}}, percent(), span) : broken(span);
  }
  bool named = std::holds_alternative<ParameterRef>(m_[x].node) || std::holds_alternative<DefinitionRef>(m_[x].node);
  if (named && base == Type::percent) return x;
  sink_.report(Diag::type_mismatch, span, "a percentage, or a parameter or definition of type percent", named ? describe(m_.type(x)) : "an expression")
      .with_help("`define` it, as a percent");
  return broken(span);
}

// As far as constants say: each at least 0%, all of them 100%.
void Checker::portions_make_a_whole(const PaymentVersion &p, const syntax::PaySentence &s) {
  Rational sum = 0;
  bool below = false, open = false;
  for (auto &portion : p.portions) {
    auto c = portion.share ? m_.constant(portion.share) : std::nullopt;
    open |= !c || c->status != Status::ok;
    if (!c || c->status != Status::ok) continue;
    auto &v = std::get<Rational>(c->value);
    sum += v;
    if (v >= 0) continue;
    below = true;
    sink_.report(Diag::portion_below_zero, m_[portion.share].span, format_value(value_type(m_, percent()), v));
  }
  if (below || (open ? sum <= 1 : sum == 1)) return;
  auto &d = sink_.report(Diag::portions_sum, join(s.portions.front().span, s.portions.back().span), format_value(value_type(m_, percent()), sum));
  if (!s.portions.back().share) d.with_help("nothing is left for `the rest`");
  else if (sum < 1) d.with_help("`the rest to NAME` takes what the others leave");
}

// Whose part a word asks for; nobody's: the whole. None where it was refused.
std::optional<PartyId> Checker::payee_of(ClauseId clause, const WordRow &row, const syntax::Ref &r, const Context &context) {
  if (!r.arguments) return PartyId{};
  auto &name = *r.member;
  if (!row.parts) {
    sink_.report(Diag::no_parts, name.span, name.text).with_help("`earned` and `accrued` have");
    return std::nullopt;
  }
  auto given = arguments(name.text, *r.arguments, {{"payee", plain(Type::party), {}}}, name.span, context);
  if (given.empty()) return std::nullopt;
  auto c = m_.constant(given[0]);
  if (!c || c->status != Status::ok) {
    sink_.report(Diag::not_constant, m_[given[0]].span, "the payee of a part");
    return std::nullopt;
  }
  auto payee = PartyId::of(static_cast<int>(std::get<Rational>(c->value)));
  if (with_state_) parts_.emplace_back(clause, payee, m_[given[0]].span);
  else has_part(clause, payee, m_[given[0]].span);
  return payee;
}

void Checker::has_part(ClauseId index, PartyId payee, Span asked) {
  auto payees = payees_of(m_.clauses[index]);
  if (std::find(payees.begin(), payees.end(), payee) != payees.end()) return;
  auto &name = m_.clauses[index].name;
  auto &d = sink_.report(Diag::not_a_payee, asked, m_.parties[payee].name, name);
  if (payees.empty()) d.with_help(fmt::format("`{}` is not split: ask for the whole", name));
}

// What a release takes back is divided as the last version divides: on a day without a step only constants can be read.
void Checker::released_parts(const Clause &c) {
  const Version *last = nullptr;
  for (auto &v : c.versions) {
    if (auto *p = last && releases(v) ? payment_in(*last) : nullptr)
      for (auto &portion : p->portions)
        if (portion.share && !m_.constant(portion.share))
          sink_.report(Diag::not_supported, m_[portion.share].span, "`accrued is released` where a portion is not constant");
    last = &v;
  }
}

} // namespace deal::check
