// What may not wait for itself: definitions, payments; and so the order in which they are worked out.
#include "check/checker.h"
#include "check/cone.h"
#include "check/order.h"
#include <iterator>

namespace deal::check {

namespace {

// What a value rests on by name: definitions, then clauses (as far as their words are worked out when they are asked: guards, patterns, caps),
// then actions, which rest on every clause with a norm about them.
struct Rests {
  explicit Rests(const Model &model) : m(model) {}
  const Model &m;
  std::size_t clauses = m.definitions.size(), actions = clauses + m.clauses.size();

  std::vector<int> operator()(int node) const {
    auto i = static_cast<std::size_t>(node);
    if (i < clauses) return read_by(terms_of(m.definitions[i]));
    if (i < actions) return read_by(asked(m.clauses[i - clauses]));
    std::vector<int> out;
    for (int c : on[i - actions]) out.push_back(static_cast<int>(clauses) + c);
    return out;
  }
  const std::string &name(int node) const {
    auto i = static_cast<std::size_t>(node);
    return i < clauses ? m.definitions[i].name : i < actions ? m.clauses[i - clauses].name : m.actions[i - actions].name;
  }
  Span span(int node) const {
    auto i = static_cast<std::size_t>(node);
    return i < clauses ? m.definitions[i].span : i < actions ? m.clauses[i - clauses].span : m.actions[i - actions].span;
  }

private:
  std::vector<std::vector<int>> on = by_action(m); // by action: clauses

  static std::vector<std::vector<int>> by_action(const Model &m) {
    std::vector<std::vector<int>> out(m.actions.size());
    for (auto &n : norms_of(m))
      if (auto &list = out[static_cast<std::size_t>(n.action)]; list.empty() || list.back() != n.clause) list.push_back(n.clause);
    return out;
  }
  static std::vector<TermId> asked(const Clause &c) {
    std::vector<TermId> out;
    for (auto &v : c.versions)
      if (auto *p = std::get_if<PaymentVersion>(&v.body)) out.push_back(p->cap());
      else for_version(v, [&](TermId id) { out.push_back(id); });
    return out;
  }
  std::vector<int> read_by(const std::vector<TermId> &terms) const {
    std::set<int> out;
    for_cone(m, terms, Cone::terms, [&](const Term &t) {
      if (auto *d = std::get_if<DefinitionRef>(&t.node)) out.insert(d->definition);
      if (auto *w = std::get_if<ClauseTerm>(&t.node); w && (w->word <= Word::exclusive || w->word >= Word::counted))
        out.insert(static_cast<int>(clauses) + w->clause);
      if (auto *q = std::get_if<Question>(&t.node)) out.insert(static_cast<int>(actions) + q->action);
    });
    return {out.begin(), out.end()};
  }
};

} // namespace

void Checker::cycles() {
  Rests rests{m_};
  auto order = ordered(rests.actions + m_.actions.size(), rests, [&](int from, std::size_t k) {
    auto at = rests(from)[k];
    if (static_cast<std::size_t>(at) >= rests.actions) at = from; // an action is in the circle by a clause
    sink_.report(Diag::cycle, rests.span(at), rests.name(at));
  });
  std::copy_if(order.begin(), order.end(), std::back_inserter(m_.definition_order), [&](int i) { return static_cast<std::size_t>(i) < rests.clauses; });
}

// Rule 21: a step computes a payment after the payments whose words it reads; its own words are those from before the step.
void Checker::payment_order() {
  std::map<int, std::map<int, Span>> reads; // by payment: the others, where
  auto others = [&](int index) {
    auto &c = m_.clauses[static_cast<std::size_t>(index)];
    std::vector<int> out;
    if (c.kind != syntax::Clause::payment) return out;
    auto &mine = reads[index];
    for_cone(m_, terms_of(c), Cone::definitions, [&](const Term &t) {
      if (auto *w = std::get_if<ClauseTerm>(&t.node); w && w->word > Word::exclusive && w->clause != index) mine.emplace(w->clause, t.span);
    });
    for (auto &[other, span] : mine) out.push_back(other);
    return out;
  };
  auto order = ordered(m_.clauses.size(), others, [&](int index, std::size_t k) {
    auto &[other, span] = *std::next(reads[index].begin(), static_cast<std::ptrdiff_t>(k));
    sink_.report(Diag::payment_cycle, span, m_.clauses[static_cast<std::size_t>(other)].name, m_.clauses[static_cast<std::size_t>(index)].name);
  });
  for (int c : order)
    if (m_.clauses[static_cast<std::size_t>(c)].kind == syntax::Clause::payment) m_.payment_order.push_back(c);
}

} // namespace deal::check
