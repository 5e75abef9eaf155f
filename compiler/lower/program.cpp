// Slots, texts and cells of a deal; the list of its functions.
#include "check/check.h"
#include "check/operators.h"
#include "language/currencies.h"
#include "lower/clauses/payment/closing.h"
#include "support/date.h"

namespace deal::lower {

ValueType of(ValueType::Base base) {
  ValueType t;
  t.base = base;
  return t;
}

namespace {

std::optional<Rational> number_of(const std::optional<Value> &v) {
  if (!v) return std::nullopt;
  if (auto *flag = std::get_if<bool>(&*v)) return Rational(*flag ? 1 : 0);
  if (auto *r = std::get_if<Rational>(&*v)) return *r;
  return std::nullopt;
}

} // namespace

Badge badge_of(const syntax::Badge &b) {
  static constexpr const char *words[] = {"according to", "inferred", "assumed"};
  return {words[b.kind], b.source};
}

std::size_t add_slot(Layout &l, Region region, const std::string &name, const ValueType &type, bool known) {
  auto place = [&](std::uint32_t size) {
    l.size = (l.size + size - 1) / size * size;
    auto at = l.size;
    l.size += size;
    return at;
  };
  Slot s{name, type, {region, 0, elem_of(type)}, std::nullopt, std::nullopt, std::nullopt};
  s.at.offset = place(size_of(s.at.elem));
  if (type.base == ValueType::ratio) place(8); // the denominator stands behind the numerator
  if (known) s.known = place(1);
  l.slots.push_back(std::move(s));
  return l.slots.size() - 1;
}

void close_layout(Layout &l) { l.size = std::max(8u, (l.size + 7) / 8 * 8); }

std::string keyed_name(const std::string &name, std::size_t index) { return c_name(fmt::format("{}.key.{}", name, index)); }

Program::Program(const Model &model, Module &module, const Request &asked) : m(model), out(module), request(asked), norms(norms_of(model)), payments(model.clauses.size()) {
  declare();
  cells();
  // Who prevails is said by clauses, of few others: only those are looked at.
  std::map<ClauseId, std::vector<std::size_t>> by_clause;
  for (std::size_t i = 0; i < norms.size(); ++i) by_clause[norms[i].clause].push_back(i);
  std::map<ClauseId, std::set<ClauseId>> winners;
  for (auto c : m.clauses.ids())
    for (auto &v : m.clauses[c].versions) {
      for (auto &x : v.common.yields_to) winners[c].insert(x.clause);
      for (auto &x : v.common.beats) winners[x.clause].insert(c);
    }
  for (auto &n : norms) {
    auto &list = beaten_by.emplace_back();
    for (auto clause : winners[n.clause])
      for (auto other : by_clause[clause])
        if (prevails(m, norms[other], n) && can_meet(m, norms[other], n)) list.push_back(other);
    std::sort(list.begin(), list.end());
    out.interface.norms.push_back({n.modal, n.clause.number(), n.version, n.party.number(), n.action.number(), n.asset.number(), n.by, list});
  }
}

std::string Program::quote(Span s) const {
  std::string text;
  if (!request.sources || !s) return text;
  bool quoted = false, comment = false;
  for (char c : request.sources->text(s)) {
    if (c == '\n') comment = false;
    if (c == '"' && !comment) quoted = !quoted;
    comment |= c == '#' && !quoted;
    bool space = comment || c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!space) text += c;
    else if (!text.empty() && text.back() != ' ') text += ' ';
  }
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

std::uint32_t Program::row_of(Span s) const { return request.sources && s ? request.sources->place(s.begin).line : 0; }

int Program::text(const std::string &t) {
  auto &texts = out.interface.texts;
  auto at = std::find(texts.begin(), texts.end(), t);
  if (at == texts.end()) at = texts.insert(texts.end(), t);
  return static_cast<int>(at - texts.begin());
}

std::size_t Program::fact_slot(Keyed k) {
  auto &i = out.interface;
  for (auto &have : i.fact_inputs)
    if (have.kind == k.kind && have.index == k.index && have.party == k.party && have.constants == k.constants) return have.slot;
  auto name = k.kind == Keyed::fact ? i.facts[static_cast<std::size_t>(k.index)].name : i.actions[static_cast<std::size_t>(k.index)].name + ".first";
  name = k.constants.empty() ? c_name(name) : keyed_name(name, i.fact_inputs.size());
  k.slot = add_slot(i.fact_layout, Region::facts, name,
                    k.kind == Keyed::fact ? i.facts[static_cast<std::size_t>(k.index)].self.type : of(ValueType::date), k.kind == Keyed::fact);
  auto &slot = i.fact_layout.slots.back();
  if (k.kind == Keyed::fact)
    slot.low = i.facts[static_cast<std::size_t>(k.index)].self.low, slot.high = i.facts[static_cast<std::size_t>(k.index)].self.high;
  i.fact_inputs.push_back(k);
  return k.slot;
}

void Program::declare() {
  auto &i = out.interface;
  i.name = m.name;
  i.title = m.title;
  i.prefix = c_prefix(m.name);
  i.effective = m.effective;
  if (m.currency >= 0) i.currency = currencies[static_cast<std::size_t>(m.currency)].code;
  if (m.rounding) i.rounding = rounding_words[static_cast<std::size_t>(*m.rounding)];
  i.month_end_stated = m.month_end_up.has_value();
  i.month_end_up = m.month_end_up.value_or(false);
  i.contract_from = m.contract_from;
  i.notes = m.notes;
  i.assets.assign(m.assets.begin(), m.assets.end());
  for (auto &x : m.parties) i.parties.push_back({x.name, x.title});
  for (auto &k : m.kinds) {
    KindInfo info{k.name, {}};
    for (auto &a : k.alternatives) info.alternatives.push_back({a.name, a.title});
    i.kinds.push_back(std::move(info));
  }
  auto field = [&](const std::string &name, const Type &t) { return FieldInfo{name, value_type(m, t), t.low, t.high}; };
  auto party = [&](PartyId index) { return index ? m.parties[index].name : std::string(); };
  for (auto &x : m.parameters) {
    ParameterInfo info{x.name, x.title, {}};
    for (auto &v : x.versions) info.versions.push_back({v.from, number_of(v.value), v.badge ? std::optional(badge_of(*v.badge)) : std::nullopt});
    i.parameters.push_back(std::move(info));
    add_slot(i.parameter_layout, Region::parameters, c_name(x.name), value_type(m, x.type), true);
    i.parameter_layout.slots.back().low = x.type.low;
    i.parameter_layout.slots.back().high = x.type.high;
  }
  for (auto &x : m.facts) {
    FactInfo info{x.name, x.title, x.decider, {}, field(x.name, x.type), x.decider_not_stated};
    for (auto &k : x.keys) info.keys.push_back(field(k.name, k.type));
    i.facts.push_back(std::move(info));
  }
  for (auto &x : m.events) {
    EventInfo info{x.name, x.title, party(x.reporter), x.each, {}};
    for (auto &f : x.fields) info.fields.push_back(field(f.name, f.type));
    i.events.push_back(std::move(info));
  }
  for (auto &x : m.actions) {
    ActionInfo info{x.name, x.title, x.as, party(x.by), {}};
    for (auto &f : x.fields) info.fields.push_back(field(f.name, f.type));
    i.actions.push_back(std::move(info));
  }
  for (auto &r : m.readings) {
    auto &group = i.readings.emplace_back();
    for (auto &n : r.names) group.push_back({n.name, n.title});
  }
  auto contracts = [](auto &texts) {
    std::vector<Contract> all;
    for (auto &t : texts) all.push_back({t.text, t.source});
    return all;
  };
  for (auto &a : m.amendments) i.amendments.push_back({a.name, a.title, a.effective, contracts(a.texts)});
  for (auto &c : m.clauses) {
    ClauseInfo info{c.kind, c.name, c.title, {}, {}};
    for (auto &v : c.versions) {
      ClauseInfo::Version version{v.from, ended(v), contracts(v.common.texts), {}, {}, {}, v.common.span, row_of(v.common.span)};
      for (auto &l : v.common.lines) version.lines.push_back({l.lead, quote(l.span), l.badge ? std::optional(badge_of(*l.badge)) : std::nullopt});
      if (auto &t = v.common.term; t.stated) {
        version.term = ClauseInfo::Term{t.start, t.start_event.number(), {}, t.last};
        for (auto &e : t.ends) version.term->ends.push_back({e.through, e.until_event.number()});
      }
      for (auto asset : excluded(v)) version.excluded.push_back(m.assets[asset]);
      info.versions.push_back(std::move(version));
    }
    i.clauses.push_back(std::move(info));
  }
  i.parameter_layout.name = i.prefix + "_parameters";
  i.fact_layout.name = i.prefix + "_facts";
  i.state_layout.name = i.prefix + "_state";
  close_layout(i.parameter_layout);
}

namespace {

// What stopped an instance: a status, 0 where nothing did.
ValueType halt_type() {
  auto t = of(ValueType::choice);
  t.kind = "status";
  t.names.assign(status_words.begin(), status_words.end());
  return t;
}

} // namespace

std::size_t Program::add_cell(const std::string &name, const ValueType &t) {
  return add_slot(out.interface.state_layout, Region::state, c_name(name), t, false);
}

std::size_t Program::add_part(const std::string &clause, Word word, PartyId payee, const ValueType &t) {
  return add_slot(out.interface.state_layout, Region::state, c_part(clause, word_row(word).name, m.parties[payee].name), t, false);
}

// Of one day closes come before releases (rule 19), each in the order in which they are registered.
void Program::boundary(const BoundaryInfo &info, Boundary becomes) {
  auto &all = out.interface.tick.boundaries;
  auto at = info.becomes == Becomes::released ? all.end() : std::find_if(all.begin(), all.end(), [](auto &x) { return x.becomes == Becomes::released; });
  boundaries.insert(boundaries.begin() + (at - all.begin()), std::move(becomes));
  all.insert(at, info);
}

// What an amendment brings in has nothing in its cells before that day.
void Program::begin_with(const Clause &c, std::size_t first_cell) {
  auto from = c.versions.front().from;
  auto &slots = out.interface.state_layout.slots;
  for (auto k = first_cell; k < slots.size() && from != always_from; ++k) slots[k].since = std::max(from, slots[k].since.value_or(from));
}

void Program::cells() {
  auto own = [&](const char *name, const ValueType &t) { return add_slot(out.interface.state_layout, Region::state, name, t, false); };
  layout_cell = own("layout", of(ValueType::integer));
  now_cell = own("now", of(ValueType::date));
  halt_cell = own("halt", halt_type());
  seq_cell = own("seq", of(ValueType::integer));
  std::set<EventId> events;
  for (auto &c : m.clauses)
    for (auto &v : c.versions) {
      if (v.common.term.start_event) events.insert(v.common.term.start_event);
      for (auto &e : v.common.term.ends)
        if (e.until_event) events.insert(e.until_event);
    }
  for (auto e : events) happened[e] = add_cell(m.events[e].name + ".first", of(ValueType::date));
  for (auto id : m.totals.ids()) add_total(id);
  for (auto &s : m.states) {
    states.push_back(add_cell(s.name, value_type(m, s.type)));
    state_parameters.push_back(parameters_of(m, terms_of(s)));
  }
  for (auto i : m.clauses.ids()) {
    auto first = out.interface.state_layout.slots.size();
    switch (says(m.clauses[i].kind)) {
    case Says::grant:
    case Says::norm:
    case Says::nothing_yet: break; // nothing of theirs is kept
    case Says::pay: add_payment(i); break;
    }
    begin_with(m.clauses[i], first);
  }
  close_layout(out.interface.state_layout);
}

void Program::event_structs() {
  auto &i = out.interface;
  auto step = [&](StepInfo::Kind kind, SomeId subject, const std::string &name, const std::vector<std::pair<std::string, Type>> &fields) {
    static constexpr std::string_view words[] = {"", "", "does_", "pays_"};
    auto word = words[kind];
    StepInfo info{kind, subject.number(), i.prefix + "_step_" + c_behind(word, name), {}, {}, {}, {}};
    info.layout.name = i.prefix + "_" + (word.empty() ? c_name(name) : c_behind(word, name));
    add_slot(info.layout, Region::event, "on", of(ValueType::date), false);
    add_slot(info.layout, Region::event, "for_day", of(ValueType::date), false);
    if (kind == StepInfo::does) add_slot(info.layout, Region::event, "party", value_type(m, Type{Type::party}), false);
    for (auto &[field, type] : fields) {
      auto &slot = info.layout.slots[add_slot(info.layout, Region::event, c_name(field), value_type(m, type), false)];
      slot.low = type.low, slot.high = type.high;
    }
    close_layout(info.layout);
    for (auto &payment : payments)
      if (payment && kind <= StepInfo::happens && payment->shape->trigger == EventId(subject)) info.earned.push_back(cell(payment->earned).at.offset);
    i.steps.push_back(std::move(info));
  };
  auto fields_of = [](auto &declared) {
    std::vector<std::pair<std::string, Type>> fields;
    for (auto &f : declared.fields) fields.emplace_back(f.name, f.type);
    return fields;
  };
  for (auto e : m.events.ids())
    step(m.events[e].fields.empty() ? StepInfo::happens : StepInfo::reports, e, m.events[e].name, fields_of(m.events[e]));
  for (auto a : m.actions.ids())
    if (a != use_action) step(StepInfo::does, a, m.actions[a].name, fields_of(m.actions[a]));
  for (auto c : payments.ids())
    if (payments[c]) step(StepInfo::pays, c, m.clauses[c].name, {{"amount", payments[c]->money}});
}

void Program::run() {
  auto &i = out.interface;
  event_structs(); // every function may read them
  weigh_definitions();
  share_definitions(asked_definitions());
  if (request.whole) term_functions();
  for (auto a : m.actions.ids()) {
    bool asked = (request.whole && !request.only) || request.actions.count(a);
    if (asked && std::any_of(norms.begin(), norms.end(), [&](auto &n) { return n.action == a; })) question_function(a);
  }
  if (request.whole) defaults_function();
  for (std::size_t x = 0; x < request.extra.size(); ++x) extra_function(request.extra[x], x);
  auto reads_state = [](auto &asked) { return std::any_of(asked.begin(), asked.end(), [](auto &x) { return x.stateful; }); };
  bool history = request.steps || reads_state(i.terms) || reads_state(i.questions);
  if (history) {
    next_function();
    tick_function();
  }
  if (request.steps)
    for (auto &s : i.steps) {
      step_function(s);
      if (request.whole && request.columns && s.kind <= StepInfo::happens) run_function(s);
    }
  if (history) init_function(); // last: the layout's fingerprint rests on all texts
  close_layout(i.fact_layout);
  for (auto &q : i.questions) close_layout(q.layout);
}

Module lower(const Model &m, const Request &request) {
  Module out;
  Program(m, out, request).run();
  return out;
}

} // namespace deal::lower
