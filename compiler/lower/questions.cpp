// The functions that answer: one for each term, for each action's question, for each expression from outside the file.
#include "lower/lowering.h"
#include <fmt/format.h>

namespace deal::lower {
namespace {

void rests_on(TermInfo &info, const Body &body) {
  info.dated = body.dated;
  info.stateful = body.stateful;
  info.readings = numbers(body.read_groups);
  info.parameters = numbers(body.read_parameters);
  info.facts.assign(body.read_facts.begin(), body.read_facts.end());
}

} // namespace

Body::Body(Program &program, std::string symbol, ir::Shape shape, std::vector<Site> *reasons)
    : p(program), m(program.m), b(function), sites(reasons) {
  function.symbol = std::move(symbol);
  function.shape = shape;
  failure = refusal = b.number(0);
  if (!sites) return;
  function.traced = true;
  trace.emplace(b);
}

// A slot of the trace: what this site came to, where it came to a value that the slot holds exactly. What was looked at is noted in any case.
void Body::note(Site site, const Res &r) {
  explains = true;
  if (!trace) return;
  auto scaled = b[r.v].boolean ? b.select(r.v, b.number(1), b.number(0)) : b.mul(r.v, b.number(power_of_ten(site.type.scale)));
  auto value = b.fit(b.quantize(scaled, r.d, Rounding::down, 1), {INT64_MIN, INT64_MAX});
  auto exact = equal({r.status, value, {}}, {r.status, scaled, r.d});
  auto has_value = b.both(is_ok(r.status), exact);
  if (site.kind < Site::exception) return within(has_value, [&] { trace->note(std::move(site), value); });
  trace->note(std::move(site), b.select(has_value, value, b.add(r.status, b.number(no_value(Status::ok)))));
}

// As a slot holds a condition: 1, 0, or minus the status where it is not a value.
ValueId Body::said(const Res &r) { return b.select(is_ok(r.status), b.select(r.v, b.number(1), b.number(0)), b.negate(r.status)); }

void Body::finish() {
  auto shape = function.shape;
  function.guarded = stateful || shape == ir::Shape::step || shape == ir::Shape::tick || shape == ir::Shape::next;
  if (trace) {
    for (auto &n : trace->take()) noted.push_back(std::move(n));
    auto word = [&](std::size_t index) { return Location{Region::trace, static_cast<std::uint32_t>(index) * 8, Elem::i64}; };
    std::vector<ValueId> evaluated((noted.size() + trace_bits - 1) / trace_bits, b.number(0));
    for (std::size_t i = 0; i < noted.size(); ++i) {
      b.store(word(i), noted[i].value);
      auto &bits = evaluated[i / trace_bits];
      bits = b.add(bits, b.select(noted[i].evaluated, b.number(Integer(1) << (i % trace_bits)), b.number(0)));
      sites->push_back(noted[i].site);
    }
    for (std::size_t i = 0; i < evaluated.size(); ++i) b.store(word(noted.size() + i), evaluated[i]);
  }
  p.out.functions.push_back(std::move(function));
}

ValueType Program::type_of_word(const WordRow &row, ClauseId clause) const {
  switch (row.type) {
  case WordType::boolean: return of(ValueType::boolean);
  case WordType::date: return of(ValueType::date);
  case WordType::money: break;
  }
  return value_type(m, payments[clause]->money);
}

Res Body::clause_word(const ClauseTerm &n, const Env &env) {
  switch (word_row(n.word).of) {
  case Says::grant: return license_word(n.clause, n.word, env);
  case Says::pay: return payment_word(n, env);
  case Says::norm:
  case Says::nothing_yet: break; // no words are asked of these
  }
  return failed(Status::no_rule_applies, Type{Type::boolean});
}

void Program::term_functions() {
  auto &i = out.interface;
  auto term = [&](const std::string &name, const std::string &in_c, const ValueType &type, ClauseId clause,
                  std::function<Res(Body &, const Env &)> make) {
    if (request.only && !request.only->count(name)) return;
    TermInfo info{name, i.prefix + "_" + in_c, type, clause.number(), false, false, false, {}, {}, {}, {}};
    twins(info.symbol, ir::Shape::term, info.sites, [&](Body &body) {
      Env env;
      env.today = body.b.load({Region::today, 0, Elem::i32}, {INT32_MIN, INT32_MAX});
      auto r = body.under_readings([&] { return make(body, env); });
      auto zero = body.b[r.v].boolean ? body.b.truth(false) : body.b.number(0);
      auto value = body.b.select(body.is_ok(r.status), r.v, zero);
      body.b.store({Region::value, 0, elem_of(type)}, body.b[value].boolean ? value : body.b.mul(value, body.b.number(power_of_ten(type.scale))));
      body.function.result = r.status;
      rests_on(info, body);
    });
    i.terms.push_back(std::move(info));
  };
  for (auto d : m.definitions.ids()) {
    auto &definition = m.definitions[d];
    if (definition.scope || !is_storable(definition.type) || definition.type.base == Type::ratio) continue;
    term(definition.name, c_name(definition.name), value_type(m, definition.type), {}, [&](Body &body, const Env &env) {
      if (body.trace) body.makes = d; // its reasons; those of what it reads are asked of that
      return body.definition(d, env);
    });
  }
  for (auto s : m.states.ids())
    term(m.states[s].name, c_name(m.states[s].name), value_type(m, m.states[s].type), {}, [&](Body &body, const Env &) { return body.cell_value(states[s]); });
  for (auto c : m.clauses.ids()) {
    auto &clause = m.clauses[c];
    auto word = [&](const WordRow &row, PartyId payee) {
      ClauseTerm asked{c, row.word, payee};
      auto name = word_name(m, asked);
      term(name, payee ? c_part(clause.name, row.name, m.parties[payee].name) : c_name(name), type_of_word(row, c), c,
           [&](Body &body, const Env &env) { return body.clause_word(asked, env); });
    };
    for (auto &row : word_rows)
      if (row.of == says(clause.kind)) word(row, {});
    for (auto payee : payees_of(clause))
      for (auto &row : word_rows)
        if (row.parts) word(row, payee);
  }
}

// A question from outside the file: numerator and denominator in 256 bits, whatever its type.
void Program::extra_function(TermId id, std::size_t index) {
  TermInfo info{fmt::format("?{}", index),
                fmt::format("{}_question_{}", out.interface.prefix, index),
                value_type(m, m.type(id)),
                -1,
                false,
                false,
                true,
                {},
                {},
                {},
                {}};
  auto make = [&](Body &body) {
    Env env;
    auto &b = body.b;
    env.today = b.load({Region::today, 0, Elem::i32}, {INT32_MIN, INT32_MAX});
    auto r = body.under_readings([&] { return body.eval(id, env); });
    auto den = b[r.v].boolean ? Integer(1) : b[r.v].den;
    b.store({Region::value, 0, Elem::i256}, b[r.v].boolean ? b.select(r.v, b.number(1), b.number(0)) : b.mul(r.v, b.number(den)));
    b.store({Region::value, 32, Elem::i256}, r.d ? b.mul(r.d, b.number(den)) : b.number(den));
    body.function.result = r.status;
    rests_on(info, body);
    info.dated |= info.stateful;
  };
  if (request.reasons) {
    twins(info.symbol, ir::Shape::term, info.sites, make);
  } else {
    Body body(*this, info.symbol, ir::Shape::term);
    make(body);
    body.finish();
  }
  out.interface.terms.push_back(std::move(info));
}

void Program::question_function(ActionId index) {
  auto &action = m.actions[index];
  auto &i = out.interface;
  QuestionInfo info{index.number(), i.prefix + "_" + c_behind("may_", action.name), {}, {}, {}, false, {}};
  info.layout.name = i.prefix + "_" + c_name(action.name + ".question");
  add_slot(info.layout, Region::question, "party", value_type(m, Type{Type::party}), false);
  for (auto &f : action.fields) add_slot(info.layout, Region::question, c_name(f.name), value_type(m, f.type), false);
  twins(info.symbol, ir::Shape::term, info.sites, [&](Body &body) {
    Env env;
    env.today = body.b.load({Region::today, 0, Elem::i32}, {INT32_MIN, INT32_MAX});
    env.question = &info;
    auto party = body.input(info.layout.slots[0], Type{Type::party});
    std::vector<Argument> arguments;
    for (std::size_t k = 0; k < action.fields.size(); ++k)
      arguments.push_back({body.input(info.layout.slots[k + 1], action.fields[k].type), std::nullopt, static_cast<int>(k)});
    auto r = body.under_readings([&] { return body.question(false, party.v, index, arguments, env); });
    r.status = body.b.select(body.is_ok(party.status), r.status, party.status);
    body.b.store({Region::value, 0, Elem::i32}, body.b.select(body.is_ok(r.status), r.v, body.b.number(0)));
    body.function.result = r.status;
    info.readings = numbers(body.read_groups);
    info.stateful = body.stateful;
  });
  i.questions.push_back(std::move(info));
}

} // namespace deal::lower
