// Names in expressions: what a word stands for where it stands.
#include "check/checker.h"
#include "support/date.h"

namespace deal::check {
std::optional<std::pair<KindId, int>> Checker::alternative(const std::string &name, const Type *expected) const {
  auto at = m_.names.alternatives.find(name);
  if (at == m_.names.alternatives.end()) return std::nullopt;
  if (expected && expected->base == Type::choice)
    for (auto &pair : at->second)
      if (pair.first == expected->kind) return pair;
  return at->second.front();
}

TermId Checker::reference(const syntax::Ref &r, Span span, const Context &context, const Type *expected) {
  if (r.member) return member(r, span, context);
  if (r.arguments) return call(r, span, context);
  auto &name = r.head.text;
  if (context.arguments)
    for (std::size_t i = 0; i < context.arguments->size(); ++i)
      if (auto &field = (*context.arguments)[i]; field.name == name) {
        used(r.head.span, field.span);
        return make(ArgumentRef{static_cast<int>(i)}, field.type, span);
      }
  auto *s = find(name);
  auto as_choice = [&](std::pair<KindId, int> at) {
    auto t = plain(Type::choice);
    t.kind = at.first;
    used(r.head.span, m_.kinds[at.first].alternatives[static_cast<std::size_t>(at.second)].span);
    return make(Constant{{Status::ok, Rational(at.second)}}, t, span);
  };
  if (expected && expected->base == Type::choice)
    if (auto at = alternative(name, expected); at && at->first == expected->kind) return as_choice(*at);
  if (!s) {
    if (auto at = alternative(name, expected)) return as_choice(*at);
    unknown(r.head, Symbol::definition);
    return broken(span);
  }
  used(r.head.span, s->span);
  switch (s->kind) {
  case Symbol::parameter: return make(ParameterRef{s->index}, m_.parameters[s->index].type, span);
  case Symbol::fact:
    if (!m_.facts[s->index].keys.empty()) {
      sink_.report(Diag::needs_arguments, span, name);
      return broken(span);
    }
    return make(FactRef{s->index, {}}, m_.facts[s->index].type, span);
  case Symbol::definition: return make(DefinitionRef{s->index}, m_.definitions[s->index].type, span);
  case Symbol::state: return make(StateRef{s->index}, m_.states[s->index].type, span);
  case Symbol::party: return make(Constant{{Status::ok, Rational(s->index.number())}}, plain(Type::party), span);
  case Symbol::asset: return make(Constant{{Status::ok, Rational(s->index.number())}}, plain(Type::asset), span);
  case Symbol::broken: return broken(span);
  case Symbol::occurrence: sink_.report(Diag::needs_arguments, span, name); return broken(span);
  default: sink_.report(Diag::wrong_kind_of_name, span, name, word_of(s->kind), "a value").at(s->span, "declared here"); return broken(span);
  }
}

std::vector<TermId> Checker::arguments(const std::string &name, const std::vector<ExprId> &given, const std::vector<Field> &fields, Span span,
                                       const Context &context) {
  if (given.size() != fields.size()) {
    sink_.report(Diag::wrong_count, span, name, fields.size(), given.size());
    return {};
  }
  std::vector<TermId> out;
  for (std::size_t i = 0; i < given.size(); ++i) {
    auto x = elaborate_as(given[i], context, fields[i].type);
    if (m_.type(x).base == Type::error) return {};
    if (outcome_of(x)) {
      auto v = constant_store(x, fields[i].type, m_[x].span, "an argument");
      if (!v) return {};
      x = make(Constant{{Status::ok, *v}}, fields[i].type, m_[x].span);
    }
    out.push_back(x);
  }
  return out;
}

TermId Checker::call(const syntax::Ref &r, Span span, const Context &context) {
  auto &name = r.head.text;
  if (auto *row = builtin(name)) return built_in(static_cast<Builtin>(row - builtin_rows.data()), r, span, context);
  auto *s = find(name);
  if (s) used(r.head.span, s->span);
  if (s && s->kind == Symbol::fact) {
    auto &fact = m_.facts[s->index];
    auto keys = arguments(name, *r.arguments, fact.keys, span, context);
    if (keys.size() != fact.keys.size()) return broken(span);
    return make(FactRef{s->index, std::move(keys)}, fact.type, span);
  }
  if (s && s->kind == Symbol::occurrence) {
    auto &action = m_.actions[s->index];
    auto args = arguments(name, *r.arguments, action.fields, span, context);
    if (args.size() != action.fields.size()) return broken(span);
    return make(Occurred{s->index, std::move(args)}, plain(Type::boolean), span);
  }
  if (!s) unknown(r.head, Symbol::fact);
  else if (s->kind != Symbol::broken)
    sink_.report(Diag::wrong_kind_of_name, r.head.span, name, word_of(s->kind), "something that takes arguments").at(s->span, "declared here");
  return broken(span);
}

TermId Checker::member(const syntax::Ref &r, Span span, const Context &context) {
  auto *s = find(r.head.text);
  if (!s) {
    unknown(r.head, Symbol::clause);
    return broken(span);
  }
  used(r.head.span, s->span);
  if (s->kind == Symbol::broken) return broken(span);
  if (s->kind == Symbol::clause) return clause_word(s->index, r, span, context);
  if (s->kind != Symbol::event) {
    sink_.report(Diag::no_such_member, r.member->span, r.head.text, r.member->text);
    return broken(span);
  }
  auto &event = m_.events[s->index];
  for (std::size_t i = 0; i < event.fields.size(); ++i)
    if (auto &field = event.fields[i]; field.name == r.member->text && !r.arguments) {
      used(r.member->span, field.span);
      return make(FieldRef{s->index, static_cast<int>(i)}, field.type, span);
    }
  no_member(*r.member, r.head.text, names_of(event.fields)).at(event.span, "declared here");
  return broken(span);
}

TermId Checker::clause_word(ClauseId index, const syntax::Ref &r, Span span, const Context &context) {
  auto &clause = m_.clauses[index];
  for (auto &row : word_rows)
    if (row.name == r.member->text && row.of == says(clause.kind)) {
      auto payee = payee_of(index, row, r, context);
      if (!payee) return broken(span);
      auto t = plain(row.type == WordType::date ? Type::date : Type::boolean);
      if (row.type == WordType::money) {
        t = money_of(index);
        if (t.base != Type::money) return broken(span); // the clause itself is broken
      }
      return make(ClauseTerm{index, row.word, *payee}, t, span);
    }
  if (r.member->text == "unrecouped" && says(clause.kind) == Says::pay) {
    if (!clause.refused) sink_.report(Diag::not_supported, span, "recoupment");
  } else {
    Guesses words;
    for (auto &row : word_rows)
      if (row.of == says(clause.kind)) words.add(std::string(row.name), 0);
    no_member(*r.member, r.head.text, words);
  }
  return broken(span);
}

TermId Checker::total(const syntax::Total &n, Span span, const Context &context) {
  if (n.window == syntax::Total::unsaid) {
    sink_.report(Diag::read_term, span, "over what the total runs").with_help("write `so far`, `since DATE` or `before this event`");
    return broken(span);
  }
  auto over = elaborate(n.over, context);
  if (m_.type(over).base == Type::error) return broken(span);
  auto *f = std::get_if<FieldRef>(&m_[over].node);
  if (!f) {
    sink_.report(Diag::not_supported, span, "a total of anything but a field of an event");
    return broken(span);
  }
  if (n.window == syntax::Total::this_period && !has_begin(n.period, span)) return broken(span);
  auto t = m_.type(over);
  if (!is_storable(t) || (!is_number(t) && t.base != Type::money && t.base != Type::duration) || t.base == Type::ratio) {
    sink_.report(Diag::type_mismatch, m_[over].span, "a number or an amount", describe(t));
    return broken(span);
  }
  t.low = t.high = std::nullopt;
  bool before = n.window == syntax::Total::before_this_event;
  Total wanted{f->event, f->field, n.window == syntax::Total::since ? n.since_day : always_from, std::nullopt, t};
  if (n.window == syntax::Total::this_period) wanted.each = n.period;
  auto id = kept(wanted);
  if (id) return make(TotalRef{id, before}, t, span);
  sink_.report(Diag::not_supported, span, "a question about a total that the file does not keep");
  return broken(span);
}

// Contract periods begin with a date of the file.
bool Checker::has_begin(Period each, Span span) {
  if (!each.contract) return true;
  auto begins = m_.contract_from ? static_cast<unsigned>(civil(*m_.contract_from).day()) : 0;
  if (!m_.contract_from)
    sink_.report(Diag::no_contract_year, span, unit_words[static_cast<std::size_t>(each.unit)]).with_help("add `contract year from DATE`");
  else if (!m_.month_end_up && begins > 28)
    sink_.report(Diag::no_month_end, contract_span_).with_help("add `month end down` or `month end up`");
  return m_.contract_from && (m_.month_end_up || begins <= 28);
}

// A question adds none.
TotalId Checker::kept(const Total &wanted) {
  auto id = m_.total_like(wanted);
  return id || !with_state_ ? id : m_.totals.add(wanted);
}

TermId Checker::asked(const syntax::Question &n, Span span, const Context &context) {
  auto who = party(n.party);
  auto *s = lookup(n.deed.action, Symbol::action);
  if (!s || !who) return broken(span);
  auto fields = m_.actions[s->index].fields;
  auto args = arguments(n.deed.action.text, n.deed.arguments, fields, span, context);
  if (args.size() != fields.size()) return broken(span);
  auto party_term = make(Constant{{Status::ok, Rational(who.number())}}, plain(Type::party), n.party.span);
  return make(Question{n.must, party_term, s->index, std::move(args)}, plain(n.must ? Type::boolean : Type::verdict), span);
}

GroupId Checker::reading_group(const std::vector<syntax::Reading> &readings, Span span) {
  ReadingGroup wanted;
  for (auto &r : readings) {
    for (auto &have : wanted.names)
      if (have.name == r.name.text) sink_.report(Diag::declared_twice, r.name.span, r.name.text);
    wanted.names.push_back({r.name.text, r.title, r.name.span});
  }
  for (auto &r : readings) {
    auto at = m_.names.readings.find(r.name.text);
    if (at == m_.names.readings.end()) continue;
    auto &group = m_.readings[at->second.first];
    bool same = group.names.size() == wanted.names.size();
    for (std::size_t i = 0; same && i < wanted.names.size(); ++i)
      same = std::any_of(group.names.begin(), group.names.end(), [&](auto &n) { return n.name == wanted.names[i].name; });
    if (!same) sink_.report(Diag::readings_mismatch, r.name.span, r.name.text);
    for (auto &n : group.names)
      for (auto &w : wanted.names)
        if (w.name == n.name) used(w.span, n.span);
    for (auto &n : group.names)
      if (n.title.empty())
        for (auto &w : wanted.names)
          if (w.name == n.name) n.title = w.title;
    return same ? at->second.first : GroupId{};
  }
  if (wanted.names.size() < 2) {
    sink_.report(Diag::readings_mismatch, span, "one reading alone is no choice");
    return {};
  }
  auto group = m_.readings.next();
  for (std::size_t i = 0; i < wanted.names.size(); ++i) m_.names.readings[wanted.names[i].name] = {group, static_cast<int>(i)};
  m_.readings.add(std::move(wanted));
  return group;
}

// Readings of one place; `stored` is the type they are stored in, none for conditions.
TermId Checker::choose(const std::vector<syntax::Reading> &readings, const Context &context, const Type *stored, Span span) {
  auto group = reading_group(readings, span);
  if (!group) return broken(span);
  auto &names = m_.readings[group].names;
  ReadingChoice node{group, std::vector<TermId>(names.size())};
  auto t = stored ? *stored : plain(Type::boolean);
  for (auto &r : readings) {
    auto body = stored ? elaborate_stored(r.body, context, t) : elaborate_as(r.body, context, t);
    if (m_.type(body).base == Type::error) return broken(span);
    node.bodies[static_cast<std::size_t>(m_.names.readings[r.name.text].second)] = body;
    if (t.base == Type::money) t = m_.type(body);
  }
  return make(std::move(node), t, span);
}

TermId Checker::condition(const std::optional<syntax::Alternatives> &a, const Context &context) {
  if (!a) return {};
  if (!a->readings.empty()) return choose(a->readings, context, nullptr, a->span);
  return elaborate_as(a->single, context, plain(Type::boolean));
}

} // namespace deal::check
