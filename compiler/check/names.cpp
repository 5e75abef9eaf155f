#include "check/check.h"
#include "check/checker.h"
#include "language/builtins.h"

namespace deal::check {

std::string_view word_of(Symbol::Kind k) {
  static constexpr std::string_view words[] = {
      "a party",       "an asset",     "a kind",  "a parameter", "a fact",       "an event",           "an action",
      "an occurrence", "a definition", "a state", "a clause",    "an amendment", "what cannot be read"};
  return words[static_cast<std::size_t>(k)];
}

bool Checker::declare(Symbol::Kind kind, SomeId index, const syntax::Name &name) {
  auto [at, fresh] = m_.names.symbols.try_emplace(name.text, Symbol{kind, index, name.span});
  if (!fresh && at->second.kind == Symbol::broken) at->second = {kind, index, name.span}, fresh = true;
  if (fresh) return true;
  sink_.report(Diag::declared_twice, name.span, name.text).at(at->second.span, "declared here first");
  return false;
}

void Checker::not_builtin(const syntax::Name &name) {
  if (builtin(name.text)) sink_.report(Diag::builtin_name, name.span, name.text);
}

const Symbol *Checker::find(const std::string &name) const {
  auto at = m_.names.symbols.find(name);
  return at == m_.names.symbols.end() ? nullptr : &at->second;
}

void Checker::unknown(const syntax::Name &name, Symbol::Kind wanted) {
  auto &d = sink_.report(Diag::unknown_name, name.span, name.text);
  if (!guesses_) {
    guesses_.emplace();
    for (auto &[text, symbol] : m_.names.symbols) guesses_->add(text, symbol.kind);
  }
  if (auto guess = guesses_->closest(name.text, wanted)) d.with_help("did you mean `" + *guess + "`?");
}

Diagnostic &Checker::no_member(const syntax::Name &member, const std::string &of, const Guesses &known) {
  auto &d = sink_.report(Diag::no_such_member, member.span, of, member.text);
  if (auto guess = known.closest(member.text, 0)) d.with_help("did you mean `" + *guess + "`?");
  return d;
}

const Symbol *Checker::lookup(const syntax::Name &name, Symbol::Kind wanted) {
  auto *s = find(name.text);
  if (!s) {
    unknown(name, wanted);
    return nullptr;
  }
  used(name.span, s->span);
  if (s->kind == wanted) return s;
  if (s->kind != Symbol::broken)
    sink_.report(Diag::wrong_kind_of_name, name.span, name.text, word_of(s->kind), word_of(wanted)).at(s->span, "declared here");
  return nullptr;
}

PartyId Checker::party(const syntax::Name &name) {
  auto *s = lookup(name, Symbol::party);
  return s ? PartyId(s->index) : PartyId{};
}

void index_names(Model &m) {
  auto all = [&](Symbol::Kind kind, auto &list, auto name) {
    for (auto i : list.ids()) m.names.symbols.try_emplace(name(list[i]), Symbol{kind, i, {}});
  };
  auto by_name = [](auto &x) { return x.name; };
  all(Symbol::party, m.parties, by_name);
  all(Symbol::asset, m.assets, [](auto &x) { return x; });
  all(Symbol::choices, m.kinds, by_name);
  all(Symbol::parameter, m.parameters, by_name);
  all(Symbol::fact, m.facts, by_name);
  all(Symbol::event, m.events, by_name);
  all(Symbol::definition, m.definitions, by_name);
  all(Symbol::state, m.states, by_name);
  all(Symbol::clause, m.clauses, by_name);
  all(Symbol::action, m.actions, by_name);
  for (auto i : m.actions.ids())
    if (!m.actions[i].as.empty()) m.names.symbols.try_emplace(m.actions[i].as, Symbol{Symbol::occurrence, i, {}});
  for (auto k : m.kinds.ids())
    for (std::size_t i = 0; i < m.kinds[k].alternatives.size(); ++i)
      m.names.alternatives[m.kinds[k].alternatives[i].name].emplace_back(k, static_cast<int>(i));
  for (auto g : m.readings.ids())
    for (std::size_t i = 0; i < m.readings[g].names.size(); ++i)
      m.names.readings[m.readings[g].names[i].name] = {g, static_cast<int>(i)};
}

} // namespace deal::check
