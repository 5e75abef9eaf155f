// Declarations: first every name, then every body, so that order in the file does not matter.
#include "check/checker.h"
#include "language/currencies.h"
#include "support/match.h"
#include <functional>

namespace deal::check {
namespace {

// Every item of the file, and those that amendments add.
template <class F> void each_item(const syntax::Tree &tree, F f) {
  for (auto &item : tree.items) {
    f(item.node, item.span);
    auto *a = std::get_if<syntax::Amendment>(&item.node);
    if (!a) continue;
    for (auto &change : a->changes)
      if (auto *add = std::get_if<syntax::AddItem>(&change.node))
        for (auto &added : add->item) f(added.node, added.span);
  }
}

} // namespace

void Checker::declare_all() {
  auto &h = tree_.header;
  m_.name = h.name.text;
  m_.title = h.title;
  if (h.effective) m_.effective = h.effective->day;
  Action use;
  use.name = "use";
  use.fields.push_back({"asset", Type{Type::asset}});
  m_.actions.add(std::move(use));
  m_.names.symbols.emplace("use", Symbol{Symbol::action, use_action, {}});
  declare_broken();
  // What types are made of comes before types.
  each_item(tree_, [&](const syntax::ItemNode &node, Span span) {
    if (auto *n = std::get_if<syntax::CurrencyItem>(&node)) {
      if (m_.currency >= 0) sink_.report(Diag::declared_twice, span, "currency");
      m_.currency = currency_index(n->name.text);
      if (m_.currency < 0) currency_broken_ = true, sink_.report(Diag::unknown_currency, n->name.span, n->name.text);
    } else if (auto *r = std::get_if<syntax::RoundItem>(&node)) {
      if (m_.rounding) sink_.report(Diag::declared_twice, span, "round");
      m_.rounding = r->mode;
    } else if (auto *e = std::get_if<syntax::MonthEndItem>(&node)) {
      if (m_.month_end_up) sink_.report(Diag::declared_twice, span, "month end");
      m_.month_end_up = e->up;
    } else if (auto *y = std::get_if<syntax::ContractYearItem>(&node)) {
      if (m_.contract_from) sink_.report(Diag::declared_twice, span, "contract year");
      m_.contract_from = y->from.day, contract_span_ = y->from.span;
    } else if (auto *p = std::get_if<syntax::PartyItem>(&node)) {
      for (auto &t : p->parties)
        if (declare(Symbol::party, m_.parties.next(), t.name)) m_.parties.add({t.name.text, t.title, t.name.span});
    } else if (auto *a = std::get_if<syntax::AssetItem>(&node)) {
      for (auto &t : a->names)
        if (declare(Symbol::asset, m_.assets.next(), t)) m_.assets.add(t.text);
    } else if (auto *k = std::get_if<syntax::KindItem>(&node)) {
      auto index = m_.kinds.next();
      if (!declare(Symbol::choices, index, k->name)) return;
      Kind kind{k->name.text, {}, k->name.span};
      for (auto &t : k->alternatives) {
        for (auto &have : kind.alternatives)
          if (have.name == t.name.text) sink_.report(Diag::declared_twice, t.name.span, t.name.text);
        m_.names.alternatives[t.name.text].emplace_back(index, static_cast<int>(kind.alternatives.size()));
        kind.alternatives.push_back({t.name.text, t.title, t.name.span});
      }
      m_.kinds.add(std::move(kind));
    } else if (auto *b = std::get_if<syntax::BeyondItem>(&node)) {
      sink_.report(Diag::not_supported, span, b->what);
    } else if (auto *broken = std::get_if<syntax::BrokenItem>(&node)) {
      take_as_said(broken->lead);
    }
  });
  each_item(tree_, [&](const syntax::ItemNode &node, Span span) { declare_item(node, span); });
}

// What a line would have said that cannot be read: nobody is to miss it.
void Checker::take_as_said(std::string_view lead) {
  if (lead == "currency") currency_broken_ = true;
  if (lead == "round" && !m_.rounding) m_.rounding = Rounding::half_even;
  if (lead == "month" && !m_.month_end_up) m_.month_end_up = false;
}

// The names of what was refused or cannot be read; whatever else declares them has them.
void Checker::declare_broken() {
  auto all = [&](const std::vector<syntax::Name> &names) {
    for (auto &n : names) m_.names.symbols.try_emplace(n.text, Symbol{Symbol::broken, {}, n.span});
  };
  auto of_line = [&](const syntax::Line &l) {
    if (auto *b = std::get_if<syntax::BeyondLine>(&l.node)) all(b->names);
  };
  each_item(tree_, [&](const syntax::ItemNode &node, Span) {
    if (auto *b = std::get_if<syntax::BrokenItem>(&node)) all(b->names);
    if (auto *b = std::get_if<syntax::BeyondItem>(&node)) all(b->names);
    if (auto *e = std::get_if<syntax::EventItem>(&node); e && e->alias) all({*e->alias});
    if (auto *c = std::get_if<syntax::Clause>(&node))
      for (auto &l : c->lines) of_line(l);
    if (auto *a = std::get_if<syntax::Amendment>(&node))
      for (auto &change : a->changes)
        if (auto *c = std::get_if<syntax::ChangeClause>(&change.node))
          for (auto &r : c->revisions)
            if (auto *l = std::get_if<syntax::Line>(&r.node)) of_line(*l);
  });
}

void Checker::collect_fields(const std::vector<syntax::Field> &in, std::vector<Field> &out) {
  for (auto &f : in) {
    for (auto &have : out)
      if (have.name == f.name.text) sink_.report(Diag::declared_twice, f.name.span, f.name.text);
    auto t = type(f.type);
    if (!is_refused(t) && !is_storable(t)) sink_.report(Diag::not_storable, f.type.span, describe(t));
    out.push_back({f.name.text, t, f.name.span});
  }
}

void Checker::declare_item(const syntax::ItemNode &node, Span span) {
  auto storable = [&](const Type &t, Span s) {
    if (!is_refused(t) && !is_storable(t)) sink_.report(Diag::not_storable, s, describe(t));
  };
  if (auto *p = std::get_if<syntax::ParameterItem>(&node)) {
    if (!declare(Symbol::parameter, m_.parameters.next(), p->name)) return;
    auto t = type(p->type);
    storable(t, p->type.span);
    m_.parameters.add({p->name.text, p->title, t, {}, span});
  } else if (auto *f = std::get_if<syntax::FactItem>(&node)) {
    if (!declare(Symbol::fact, m_.facts.next(), f->name)) return;
    Fact fact{f->name.text, f->title, {}, type(f->type), f->decider ? f->decider->text : std::string(), f->decider_not_stated, span};
    if (f->decider) party(*f->decider);
    if (!f->keys.empty()) not_builtin(f->name);
    storable(fact.type, f->type.span);
    collect_fields(f->keys, fact.keys);
    m_.facts.add(std::move(fact));
  } else if (auto *e = std::get_if<syntax::EventItem>(&node)) {
    if (!declare(Symbol::event, m_.events.next(), e->name)) return;
    Event event{e->name.text, {}, e->title, e->reporter ? party(*e->reporter) : PartyId{}, e->each, {}, span};
    if (e->alias) sink_.report(Diag::not_supported, e->alias->span, "a second name for an event");
    if (e->each) has_begin(*e->each, span);
    collect_fields(e->fields, event.fields);
    m_.events.add(std::move(event));
  } else if (auto *a = std::get_if<syntax::ActionItem>(&node)) {
    auto index = m_.actions.next();
    if (!declare(Symbol::action, index, a->name)) return;
    Action action{a->name.text, a->title, a->as ? a->as->text : std::string(), {}, a->by ? party(*a->by) : PartyId{}, span};
    not_builtin(a->name);
    if (a->as) not_builtin(*a->as), declare(Symbol::occurrence, index, *a->as);
    collect_fields(a->fields, action.fields);
    m_.actions.add(std::move(action));
  } else if (auto *d = std::get_if<syntax::DefineItem>(&node)) {
    if (!declare(d->parameters.empty() ? Symbol::definition : Symbol::broken, m_.definitions.next(), d->name)) return;
    auto t = type(d->type);
    if (t.bare) storable(t, d->type.span);
    if (!d->parameters.empty()) sink_.report(Diag::not_supported, span, "a definition with parameters");
    m_.definitions.add({d->name.text, t, {}, {}, d->name.span, {}});
  } else if (auto *s = std::get_if<syntax::StateItem>(&node)) {
    if (!declare(Symbol::state, m_.states.next(), s->name)) return;
    auto t = type(s->type);
    storable(t, s->type.span);
    if (t.base == Type::text || t.base == Type::ratio) sink_.report(Diag::not_supported, s->type.span, describe(t) + " in state");
    if (s->each_period) sink_.report(Diag::not_supported, span, "state for each period");
    m_.states.add({s->name.text, t, {}, {}, s->name.span});
  } else if (auto *c = std::get_if<syntax::Clause>(&node)) {
    if (!declare(Symbol::clause, m_.clauses.next(), c->name)) return;
    m_.clauses.add({c->kind, c->name.text, c->title, c->name.span, {}, {}});
    sentences_.push_back(c);
  } else if (auto *n = std::get_if<syntax::NoteItem>(&node)) {
    m_.notes.push_back(n->text);
  } else if (std::holds_alternative<syntax::RequireItem>(node)) {
    sink_.report(Diag::not_supported, span, "`require`");
  }
}

void Checker::parameter(const syntax::ParameterItem &p) {
  auto *s = find(p.name.text);
  if (!s || s->kind != Symbol::parameter || s->span != p.name.span) return;
  auto &parameter = m_.parameters[s->index];
  std::optional<Value> value;
  if (p.value) value = constant(p.value, parameter.type, "the value of a parameter");
  parameter.versions.push_back({always_from, value, p.badge});
}

void Checker::elaborate_item(const syntax::ItemNode &node, std::int32_t from) {
  if (auto *p = std::get_if<syntax::ParameterItem>(&node)) parameter(*p);
  else if (auto *d = std::get_if<syntax::DefineItem>(&node)) {
    if (auto *s = find(d->name.text); s && s->kind == Symbol::definition && s->span == d->name.span) definition(d->name, d->value, from);
  } else if (auto *st = std::get_if<syntax::StateItem>(&node)) state(*st);
  else if (auto *c = std::get_if<syntax::Clause>(&node)) {
    if (auto *s = find(c->name.text); s && s->kind == Symbol::clause && s->span == c->name.span) open_clause(*c, from);
  }
}

void Checker::definition(const syntax::Name &name, const syntax::Value &value, std::int32_t from) {
  auto *s = lookup(name, Symbol::definition);
  if (!s) return;
  auto &d = m_.definitions[s->index];
  d.rounding = m_.rounding;
  if (d.type.base == Type::error) return;
  auto r = rules(value, d.type, name.span);
  if (value.broken) return;
  if (!d.versions.empty() && d.versions.back().from == from) d.versions.back().rules = std::move(r);
  else d.versions.push_back({from, std::move(r)});
}

Rules Checker::rules(const syntax::Value &value, const Type &t, Span span) {
  Rules out;
  auto body = [&](ExprId e) {
    auto x = elaborate_stored(e, {}, t);
    if (m_.constant(x)) constant_store(x, t, m_[x].span, "");
    return x;
  };
  if (!value.readings.empty() && !value.broken) out.base = choose(value.readings, {}, &t, span);
  if (value.base) out.base = body(value.base);
  for (auto &e : value.exceptions) {
    Rules::Exception x{e.name ? e.name->text : std::string(), elaborate_as(e.condition, {}, Type{Type::boolean}), body(e.body), e.span};
    for (auto &have : out.exceptions)
      if (e.name && have.name == x.name) sink_.report(Diag::declared_twice, e.name->span, x.name).at(have.span, "declared here first");
    out.exceptions.push_back(std::move(x));
  }
  auto n = out.exceptions.size();
  std::vector<std::vector<bool>> beats(n, std::vector<bool>(n));
  for (auto &p : value.prefers) {
    auto index = [&](const syntax::Name &name) {
      for (std::size_t i = 0; i < n; ++i)
        if (out.exceptions[i].name == name.text) {
          used(name.span, value.exceptions[i].name->span);
          return static_cast<int>(i);
        }
      if (!value.broken) sink_.report(Diag::no_such_exception, name.span, name.text);
      return -1;
    };
    auto w = index(p.winner), l = index(p.loser);
    if (w < 0 || l < 0) continue;
    beats[static_cast<std::size_t>(w)][static_cast<std::size_t>(l)] = true;
    for (std::size_t k = 0; k < n; ++k) // close, so that a circle shows at the line that closes it
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
          if (beats[i][k] && beats[k][j]) beats[i][j] = true;
    if (beats[static_cast<std::size_t>(w)][static_cast<std::size_t>(w)]) {
      sink_.report(Diag::prefer_cycle, p.winner.span);
      return out;
    }
  }
  out.overridden_by.resize(n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      if (beats[j][i]) out.overridden_by[i].push_back(static_cast<int>(j));
  // A conflict that is certain: identical or constantly true conditions, neither preferred.
  auto written = [&](std::size_t i) { return value.exceptions[i].condition; };
  std::function<bool(ExprId, ExprId)> same = [&](ExprId a, ExprId b) {
    auto x = elaborate(a, {}), y = elaborate(b, {});
    auto *r = std::get_if<FactRef>(&m_[x].node);
    auto *q = std::get_if<FactRef>(&m_[y].node);
    if (r && q) return r->fact == q->fact && r->keys.empty() && q->keys.empty();
    auto cx = m_.constant(x), cy = m_.constant(y);
    if (cx && cy) return cx->status == Status::ok && cy->status == Status::ok && cx->value == Value(true) && cy->value == Value(true);
    return false;
  };
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i + 1; j < n; ++j)
      if (!beats[i][j] && !beats[j][i] && same(written(i), written(j)))
        sink_.report(Diag::same_conditions, out.exceptions[j].span)
            .at(out.exceptions[i].span, "the same condition here")
            .with_help("say `prefer … over …`");
  return out;
}

void Checker::state(const syntax::StateItem &s) {
  auto *symbol = find(s.name.text);
  if (!symbol || symbol->kind != Symbol::state || symbol->span != s.name.span) return;
  auto &cell = m_.states[symbol->index];
  auto initial = constant(s.initial, cell.type, "the first value of a state");
  if (initial) cell.initial = make(Constant{{Status::ok, *initial}}, cell.type, s.name.span);
  for (auto &u : s.updates) {
    auto *event = lookup(u.event, Symbol::event);
    if (!event) continue;
    StateUpdate update{event->index, {}, elaborate_stored(u.body, {}, cell.type)};
    if (u.condition) update.condition = elaborate_as(u.condition, {}, Type{Type::boolean});
    cell.updates.push_back(update);
  }
}

void Checker::file() {
  declare_all();
  for (auto &item : tree_.items) // clauses last: what triggers a payment shows in the definitions it reads
    if (!std::holds_alternative<syntax::Clause>(item.node)) elaborate_item(item.node, always_from);
  for (auto &item : tree_.items)
    if (std::holds_alternative<syntax::Clause>(item.node)) elaborate_item(item.node, always_from);
  for (auto &item : tree_.items) // parameters that amendments add have their value before any clause is read
    if (auto *a = std::get_if<syntax::Amendment>(&item.node))
      for (auto &change : a->changes)
        if (auto *add = std::get_if<syntax::AddItem>(&change.node))
          for (auto &added : add->item)
            if (auto *p = std::get_if<syntax::ParameterItem>(&added.node)) parameter(*p);
  amendments();
  for (auto &item : tree_.items) {
    if (auto *s = std::get_if<syntax::Scenario>(&item.node)) scenario(*s);
    if (auto *a = std::get_if<syntax::Always>(&item.node)) claim(*a, item.span);
  }
  if (failed()) return; // what holds of the whole file is asked of whole files
  cycles();
  if (failed()) return;
  widths();
  scopes();
  norms();
  payments();
  readings();
}

} // namespace deal::check
