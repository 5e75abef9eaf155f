#include "check/check.h"
#include "syntax/tokens.h"
#include <algorithm>
#include <set>

namespace deal::check {
namespace {

using syntax::Clause;

// What stands or falls as one: an item, or a change of an amendment.
struct Unit {
  Span span;
  std::size_t item;
  int change = -1;
  std::size_t around = SIZE_MAX; // of a change: the amendment
  bool refused = false;
};

template <class T> bool is(const syntax::ItemNode &node) { return std::holds_alternative<T>(node); }

bool broken(const syntax::Clause &c) {
  return std::holds_alternative<syntax::Broken>(c.sentence) ||
         std::any_of(c.lines.begin(), c.lines.end(), [](auto &l) { return std::holds_alternative<syntax::Broken>(l.node); });
}
bool broken(const syntax::ItemNode &node) {
  if (is<syntax::BrokenItem>(node) || is<syntax::BeyondItem>(node)) return true;
  if (auto *c = std::get_if<syntax::Clause>(&node)) return broken(*c);
  if (auto *d = std::get_if<syntax::DefineItem>(&node)) return d->value.broken;
  if (auto *s = std::get_if<syntax::StateItem>(&node)) return s->broken;
  if (auto *s = std::get_if<syntax::Scenario>(&node))
    return std::any_of(s->steps.begin(), s->steps.end(), [](auto &step) { return std::holds_alternative<syntax::Broken>(step.node); });
  return false;
}
bool broken(const syntax::ChangeNode &node) {
  if (std::holds_alternative<syntax::Broken>(node)) return true;
  if (auto *add = std::get_if<syntax::AddItem>(&node)) return broken(add->item.front().node);
  if (auto *replace = std::get_if<syntax::ReplaceDefinition>(&node)) return replace->value.broken;
  auto *change = std::get_if<syntax::ChangeClause>(&node);
  return change && std::any_of(change->revisions.begin(), change->revisions.end(), [](auto &r) {
           auto *line = std::get_if<syntax::Line>(&r.node);
           return std::holds_alternative<syntax::Broken>(r.node) || (line && std::holds_alternative<syntax::Broken>(line->node));
         });
}

class Sieve {
public:
  Sieve(const Program &p, const Sink &sink) : p_(p), sink_(sink) {
    for (std::size_t i = 0; i < p.tree.items.size(); ++i) {
      auto &item = p.tree.items[i];
      units_.push_back({item.span, i, -1, SIZE_MAX, broken(item.node)});
      auto *a = std::get_if<syntax::Amendment>(&item.node);
      if (!a) continue;
      auto around = units_.size() - 1;
      for (std::size_t k = 0; k < a->changes.size(); ++k)
        units_.push_back({a->changes[k].span, i, static_cast<int>(k), around, broken(a->changes[k].node)});
    }
    order_.resize(units_.size());
    for (std::size_t u = 0; u < units_.size(); ++u) order_[u] = u;
    std::sort(order_.begin(), order_.end(), [&](auto a, auto b) { return units_[a].span.begin < units_[b].span.begin; });
  }

  // The tree without what is refused; none where the header is.
  std::optional<syntax::Tree> rest() {
    if (p_.tree.header.name.text.empty() || !mark_reported()) return std::nullopt;
    spread();
    auto out = p_.tree;
    std::vector<syntax::Item> items;
    for (std::size_t u = 0; u < units_.size(); ++u) {
      if (units_[u].change >= 0 || units_[u].refused) continue;
      auto &item = items.emplace_back(p_.tree.items[units_[u].item]);
      if (auto *a = std::get_if<syntax::Amendment>(&item.node)) keep_changes(*a, u);
    }
    out.items = std::move(items);
    return out;
  }

private:
  std::size_t unit_at(std::uint32_t place) const {
    auto after = std::upper_bound(order_.begin(), order_.end(), place, [&](auto at, auto u) { return at < units_[u].span.begin; });
    if (after == order_.begin()) return SIZE_MAX;
    auto u = *std::prev(after);
    while (u != SIZE_MAX && place >= units_[u].span.end) u = units_[u].around;
    return u;
  }

  // Where the parser stopped, the tree is broken where it was; all else is refused where it is reported. False: the header is.
  bool mark_reported() {
    for (auto &d : sink_.all()) {
      if (row_of(d.kind).severity != Severity::error || d.kind == Diag::unexpected) continue;
      auto count = d.kind == Diag::declared_twice ? d.labels.size() : 1;
      for (std::size_t k = 0; k < count; ++k) {
        auto u = unit_at(d.labels[k].span.begin);
        if (u == SIZE_MAX) return false;
        units_[u].refused = true;
      }
    }
    return true;
  }

  // To what uses a refused name, and from rules and changes to what they name.
  void spread() {
    std::vector<std::vector<std::size_t>> users(units_.size());
    for (auto &use : p_.model.names.uses)
      if (auto from = use.declaration ? unit_at(use.declaration.begin) : SIZE_MAX, to = unit_at(use.use.begin); from != SIZE_MAX && to != SIZE_MAX)
        users[from].push_back(to);
    std::vector<std::size_t> open;
    auto refuse = [&](std::size_t u) {
      if (!units_[u].refused) units_[u].refused = true, open.push_back(u);
    };
    for (std::size_t u = 0; u < units_.size(); ++u)
      if (units_[u].refused) open.push_back(u);
    while (!open.empty()) {
      auto u = open.back();
      open.pop_back();
      for (auto user : users[u]) refuse(user);
      for (std::size_t k = u + 1; k < units_.size() && units_[k].around == u; ++k) refuse(k);
      if (rules(u))
        for (auto named : named_in(u)) refuse(named);
    }
  }

  // Whether it may say something about what it names: all but what only has a value of its own.
  bool rules(std::size_t u) const {
    if (units_[u].change >= 0) return true;
    auto &node = p_.tree.items[units_[u].item].node;
    if (auto *c = std::get_if<Clause>(&node)) return says(c->kind) != Says::pay;
    if (auto *b = std::get_if<syntax::BrokenItem>(&node)) {
      static const std::set<std::string_view> values = {"currency", "round", "month", "party",  "asset",  "note",   "kind",    "parameter",
                                                        "fact",     "event", "state", "define", "action", "always", "payment", "scenario"};
      return !values.count(b->lead);
    }
    return is<syntax::Amendment>(node) || is<syntax::BeyondItem>(node);
  }

  // The clauses, acts and assets that a unit names; of a change also the values.
  std::set<std::size_t> named_in(std::size_t u) {
    if (tokens_.empty())
      for (auto &t : syntax::tokens(p_.sources[0]))
        if (t.kind == syntax::Token::name || t.kind == syntax::Token::word) tokens_.push_back(t);
    std::set<std::size_t> out;
    auto span = units_[u].span;
    auto at = std::lower_bound(tokens_.begin(), tokens_.end(), span.begin, [](auto &t, auto place) { return t.span.begin < place; });
    for (; at != tokens_.end() && at->span.begin < span.end; ++at) {
      auto symbol = p_.model.names.symbols.find(std::string(p_.sources.text(at->span)));
      if (symbol == p_.model.names.symbols.end() || !symbol->second.span) continue;
      auto kind = symbol->second.kind;
      bool value = kind == Symbol::parameter || kind == Symbol::definition;
      bool ruled = kind == Symbol::clause || kind == Symbol::action || kind == Symbol::occurrence || kind == Symbol::asset;
      if (ruled || (value && units_[u].change >= 0))
        if (auto named = unit_at(symbol->second.span.begin); named != SIZE_MAX) out.insert(named);
    }
    return out;
  }

  void keep_changes(syntax::Amendment &a, std::size_t amendment) const {
    std::vector<syntax::Change> kept;
    for (std::size_t u = amendment + 1; u < units_.size() && units_[u].around == amendment; ++u)
      if (!units_[u].refused) kept.push_back(a.changes[static_cast<std::size_t>(units_[u].change)]);
    a.changes = std::move(kept);
  }

  const Program &p_;
  const Sink &sink_;
  std::vector<Unit> units_;
  std::vector<std::size_t> order_; // by place
  std::vector<syntax::Token> tokens_;
};

} // namespace

Program sound(const Program &program, const Sink &sink) {
  Program out = program;
  Sink found = sink;
  // What holds of the whole file shows when the rest of it stands.
  for (int round = 0; found.failed() && round < 100; ++round) {
    auto tree = Sieve(out, found).rest();
    if (!tree) break;
    found = Sink();
    out.tree = std::move(*tree);
    out.model = check(out.tree, found);
  }
  if (!found.failed()) return out;
  out.tree.items.clear();
  found = Sink();
  out.model = check(out.tree, found);
  return out;
}

} // namespace deal::check
