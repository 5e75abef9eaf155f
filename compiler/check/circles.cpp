// What may not wait for itself: definitions, payments; and so the order in which they are worked out.
#include "check/checker.h"
#include "check/cone.h"
#include "check/order.h"
#include <iterator>

namespace deal::check {

namespace {

// What a value rests on by name: definitions, then clauses (as far as their words are worked out when they are asked: guards, patterns, caps),
// then actions, which rest on every clause with a norm about them.
using Named = Id<struct NamedTag>;
struct Rests {
  explicit Rests(const Model &model) : m(model) {}
  const Model &m;
  std::size_t clauses = m.definitions.size(), actions = clauses + m.clauses.size();

  Ids<NamedTag> all() const { return Ids<NamedTag>(actions + m.actions.size()); }
  bool is_definition(Named n) const { return n.index < clauses; }
  bool is_action(Named n) const { return n.index >= actions; }
  DefinitionId definition(Named n) const { return {n.index}; }
  ClauseId clause(Named n) const { return ClauseId::at(n.index - clauses); }
  ActionId action(Named n) const { return ActionId::at(n.index - actions); }
  Named of(ClauseId c) const { return Named::at(clauses + c.index); }

  std::vector<Named> operator()(Named n) const {
    if (is_definition(n)) return read_by(terms_of(m.definitions[definition(n)]));
    if (!is_action(n)) return read_by(asked(m.clauses[clause(n)]));
    std::vector<Named> out;
    for (auto c : on[action(n)]) out.push_back(of(c));
    return out;
  }
  const std::string &name(Named n) const {
    return is_definition(n) ? m.definitions[definition(n)].name : is_action(n) ? m.actions[action(n)].name : m.clauses[clause(n)].name;
  }
  Span span(Named n) const {
    return is_definition(n) ? m.definitions[definition(n)].span : is_action(n) ? m.actions[action(n)].span : m.clauses[clause(n)].span;
  }

private:
  PerId<ActionTag, std::vector<ClauseId>> on = by_action(m);

  static PerId<ActionTag, std::vector<ClauseId>> by_action(const Model &m) {
    PerId<ActionTag, std::vector<ClauseId>> out(m.actions.size());
    for (auto &n : norms_of(m))
      if (auto &list = out[n.action]; list.empty() || list.back() != n.clause) list.push_back(n.clause);
    return out;
  }
  std::vector<TermId> asked(const Clause &c) const {
    if (says(c.kind) != Says::pay) return terms_of(c);
    std::vector<TermId> out;
    for (auto &v : c.versions)
      if (auto *p = payment_in(v)) out.push_back(p->cap());
    return out;
  }
  std::vector<Named> read_by(const std::vector<TermId> &terms) const {
    std::set<Named> out;
    for_cone(m, terms, Cone::terms, [&](const Term &t) {
      if (auto *d = std::get_if<DefinitionRef>(&t.node)) out.insert(Named{d->definition.index});
      if (auto *w = std::get_if<ClauseTerm>(&t.node); w && !word_row(w->word).steps)
        out.insert(of(w->clause));
      if (auto *q = std::get_if<Question>(&t.node)) out.insert(Named::at(actions + q->action.index));
    });
    return {out.begin(), out.end()};
  }
};

} // namespace

void Checker::cycles() {
  Rests rests{m_};
  auto order = ordered(rests.all(), rests, [&](Named from, std::size_t k) {
    auto at = rests(from)[k];
    if (rests.is_action(at)) at = from; // an action is in the circle by a clause
    sink_.report(Diag::cycle, rests.span(at), rests.name(at));
  });
  for (auto n : order)
    if (rests.is_definition(n)) m_.definition_order.push_back(rests.definition(n));
}

// Rule 21: a step computes a payment after the payments whose words it reads; its own words are those from before the step.
void Checker::payment_order() {
  std::map<ClauseId, std::map<ClauseId, Span>> reads; // by payment: the others, where
  auto others = [&](ClauseId index) {
    auto &c = m_.clauses[index];
    std::vector<ClauseId> out;
    if (says(c.kind) != Says::pay) return out;
    auto &mine = reads[index];
    for_cone(m_, terms_of(c), Cone::definitions, [&](const Term &t) {
      if (auto *w = std::get_if<ClauseTerm>(&t.node); w && word_row(w->word).of == Says::pay && w->clause != index) mine.emplace(w->clause, t.span);
    });
    for (auto &[other, span] : mine) out.push_back(other);
    return out;
  };
  auto order = ordered(m_.clauses.ids(), others, [&](ClauseId index, std::size_t k) {
    auto &[other, span] = *std::next(reads[index].begin(), static_cast<std::ptrdiff_t>(k));
    sink_.report(Diag::payment_cycle, span, m_.clauses[other].name, m_.clauses[index].name);
  });
  for (auto c : order)
    if (says(m_.clauses[c].kind) == Says::pay) m_.payment_order.push_back(c);
}

} // namespace deal::check
