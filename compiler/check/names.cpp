#include "check/checker.h"
#include "language/builtins.h"

namespace deal::check {

std::string_view word_of(Symbol::Kind k) {
  static constexpr std::string_view words[] = {"a party",   "an asset",      "a kind",       "a parameter", "a fact",   "an event",
                                               "an action", "an occurrence", "a definition", "a state",     "a clause", "an amendment"};
  return words[static_cast<std::size_t>(k)];
}

bool Checker::declare(Symbol::Kind kind, int index, const syntax::Name &name) {
  auto [at, fresh] = symbols_.try_emplace(name.text, Symbol{kind, index, name.span});
  if (fresh) return true;
  sink_.report(Diag::declared_twice, name.span, name.text).at(at->second.span, "declared here first");
  return false;
}

void Checker::not_builtin(const syntax::Name &name) {
  if (is_builtin(name.text)) sink_.report(Diag::builtin_name, name.span, name.text);
}

const Symbol *Checker::find(const std::string &name) const {
  auto at = symbols_.find(name);
  return at == symbols_.end() ? nullptr : &at->second;
}

namespace {

// One edit away, or the same letters in another case: what the writer may have meant.
bool close(const std::string &a, const std::string &b) {
  if (a.size() > b.size() + 1 || b.size() > a.size() + 1 || a.size() < 3) return false;
  std::size_t i = 0, tail = 0;
  while (i < a.size() && i < b.size() && std::tolower(static_cast<unsigned char>(a[i])) == std::tolower(static_cast<unsigned char>(b[i]))) ++i;
  while (tail + i < a.size() && tail + i < b.size() && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) ++tail;
  return std::max(a.size(), b.size()) - i - tail <= (a.size() == b.size() ? 2u : 1u);
}

} // namespace

const Symbol *Checker::lookup(const syntax::Name &name, Symbol::Kind wanted) {
  auto *s = find(name.text);
  if (!s) {
    auto &d = sink_.report(Diag::unknown_name, name.span, name.text);
    for (auto &[other, symbol] : symbols_)
      if (symbol.kind == wanted && close(name.text, other)) {
        d.with_help("did you mean `" + other + "`?");
        break;
      }
    return nullptr;
  }
  if (s->kind == wanted) return s;
  sink_.report(Diag::wrong_kind_of_name, name.span, name.text, word_of(s->kind), word_of(wanted)).at(s->span, "declared here");
  return nullptr;
}

int Checker::party(const syntax::Name &name) {
  auto *s = lookup(name, Symbol::party);
  return s ? s->index : -1;
}

void Checker::index_symbols() {
  auto all = [&](Symbol::Kind kind, auto &list, auto name) {
    for (std::size_t i = 0; i < list.size(); ++i) symbols_.try_emplace(name(list[i]), Symbol{kind, static_cast<int>(i), {}});
  };
  auto by_name = [](auto &x) { return x.name; };
  all(Symbol::party, m_.parties, by_name);
  all(Symbol::asset, m_.assets, [](auto &x) { return x; });
  all(Symbol::choices, m_.kinds, by_name);
  all(Symbol::parameter, m_.parameters, by_name);
  all(Symbol::fact, m_.facts, by_name);
  all(Symbol::event, m_.events, by_name);
  all(Symbol::definition, m_.definitions, by_name);
  all(Symbol::state, m_.states, by_name);
  all(Symbol::clause, m_.clauses, by_name);
  all(Symbol::action, m_.actions, by_name);
  for (std::size_t i = 0; i < m_.actions.size(); ++i)
    if (!m_.actions[i].as.empty()) symbols_.try_emplace(m_.actions[i].as, Symbol{Symbol::occurrence, static_cast<int>(i), {}});
  for (std::size_t k = 0; k < m_.kinds.size(); ++k)
    for (std::size_t i = 0; i < m_.kinds[k].alternatives.size(); ++i)
      alternatives_[m_.kinds[k].alternatives[i].name].emplace_back(static_cast<int>(k), static_cast<int>(i));
  for (std::size_t g = 0; g < m_.readings.size(); ++g)
    for (std::size_t i = 0; i < m_.readings[g].names.size(); ++i)
      reading_names_[m_.readings[g].names[i].name] = {static_cast<int>(g), static_cast<int>(i)};
}

} // namespace deal::check
