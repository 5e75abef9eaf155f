// Definitions that are computed once and read by many. Small ones stay where they are read, and so does everything in a file where that costs
// little: a call is then a few instructions and there are loops over columns. In chains and nets each reader would carry the whole of what
// it rests on, and a file of n definitions n * n of them: there each of the larger ones has one function, its value a place in a frame that is filled for
// a question in the order of the places (runtime/sheet.h). Nothing calls what it reads, so no chain is too long.
#include "lower/lowering.h"
#include <fmt/format.h>

namespace deal::lower {
namespace {

constexpr std::size_t small_file = 500, times = 3; // terms; what inlining may make of a file, in times its own
constexpr std::size_t small = 64;                  // terms of a definition, with what it would have inline
constexpr std::size_t most = 1000000;
constexpr int deepest = 100; // of definitions made within each other

bool has_place(const Type &t) { return is_storable(t) && t.base != Type::ratio; }

} // namespace

// Of each definition what it names, and whether its value in a step is not that of a question before it.
void Program::weigh_definitions() {
  auto n = m.definitions.size();
  shared.resize(n), within_steps.resize(n), reads.resize(n), depth.resize(n), position.resize(n);
  PerId<DefinitionTag, std::size_t> own(n), whole(n), with_small(n);
  PerId<DefinitionTag, bool> of_event(n), is_read(n);
  for (auto &t : m.terms)
    if (auto *d = std::get_if<DefinitionRef>(&t.node)) is_read[d->definition] = true;
  std::size_t file = 0, inlined = 0;
  for (std::size_t k = 0; k < n; ++k) {
    auto i = m.definition_order[k];
    position[i] = static_cast<int>(k);
    std::set<DefinitionId> named;
    for_cone(m, terms_of(m.definitions[i]), Cone::terms, [&](const Term &t) {
      ++own[i];
      if (auto *d = std::get_if<DefinitionRef>(&t.node)) named.insert(d->definition);
      if (std::holds_alternative<FieldRef>(t.node)) of_event[i] = true;
      if (std::holds_alternative<TotalRef>(t.node) || std::holds_alternative<ClauseTerm>(t.node) || std::holds_alternative<Question>(t.node))
        within_steps[i] = true;
    });
    whole[i] = own[i];
    for (auto j : named) {
      whole[i] = std::min(most, whole[i] + whole[j]);
      of_event[i] = of_event[i] || of_event[j];
      within_steps[i] = within_steps[i] || within_steps[j];
    }
    within_steps[i] = within_steps[i] || of_event[i];
    reads[i].assign(named.begin(), named.end());
    file += own[i], inlined += whole[i];
  }
  bool shares = inlined > times * file + small_file;
  for (auto i : m.definition_order) {
    with_small[i] = own[i];
    bool reads_shared = false;
    for (auto j : reads[i]) {
      with_small[i] += shared[j] ? 1 : with_small[j];
      reads_shared |= shared[j].has_value();
      depth[i] = std::max(depth[i], shared[j] && !within_steps[j] ? 0 : depth[j] + 1);
    }
    with_small[i] = std::min(most, with_small[i]);
    if (shares && is_read[i] && !of_event[i] && has_place(m.definitions[i].type) && (reads_shared || with_small[i] > small)) shared[i].emplace();
  }
}

// What is computed elsewhere, or at the end of a long chain, has no part in the reasons of an amount.
bool Program::is_followed(DefinitionId d) const { return !shared[d] && depth[d] <= deepest; }

// Those that what is asked may come to; all of them where clauses and steps are.
std::set<DefinitionId> Program::asked_definitions() const {
  std::set<DefinitionId> found;
  bool all = request.whole || request.steps || !request.actions.empty();
  for_cone(m, request.extra, Cone::clauses, [&](const Term &t) {
    if (auto *d = std::get_if<DefinitionRef>(&t.node)) found.insert(d->definition);
    all |= std::holds_alternative<Question>(t.node);
  });
  if (all) found.insert(m.definition_order.begin(), m.definition_order.end());
  return found;
}

void Program::share_definitions(const std::set<DefinitionId> &asked) {
  for (auto d : m.definition_order)
    if (shared[d] && asked.count(d)) definition_function(d);
}

void Program::definition_function(DefinitionId index) {
  auto &s = *shared[index];
  s.place = static_cast<std::uint32_t>(out.definitions.size());
  Body body(*this, fmt::format("{}.define.{}", out.interface.prefix, s.place), ir::Shape::definition);
  auto &b = body.b;
  body.makes = index;
  Env env;
  env.today = b.load({Region::today, 0, Elem::i32}, {INT32_MIN, INT32_MAX});
  auto r = body.definition(index, env);
  auto den = b[r.v].den;
  b.store({Region::frame, s.place * ir::frame_step, Elem::i32}, r.status);
  b.store({Region::frame, s.place * ir::frame_step + 8, b[r.v].boolean ? Elem::i8 : Elem::i64}, b[r.v].boolean ? r.v : b.mul(r.v, b.number(den)));
  body.function.result = b.number(0);
  s.status = b[r.status].range, s.value = b[r.v].range, s.den = den;
  s.groups = body.read_groups, s.parameters = body.read_parameters, s.facts = body.read_facts;
  s.dated = body.dated, s.stateful = body.stateful;
  out.definitions.push_back({body.function.symbol, {body.reads.begin(), body.reads.end()}});
  body.finish();
}

bool Body::recalls(DefinitionId index, const Env &env) const {
  return index != makes && p.shared[index] && !(env.step && p.within_steps[index]);
}

// Where a step asks, readings are as the caller chose them; a question assumes them.
ValueId Body::frame_for(const Shared &s, const Env &env) {
  bool own = function.shape == ir::Shape::definition && !env.fixed;
  if (own) return reads.insert(s.place), ValueId{};
  auto day = !env.fixed ? env.today : b.number(s.dated ? *env.fixed : 0);
  std::vector<std::uint8_t> readings;
  if (!env.step && function.shape != ir::Shape::definition)
    for (int choice : assumed) readings.push_back(static_cast<std::uint8_t>(choice + 1));
  auto &sheet = sheets_[{day.index, readings}];
  if (!sheet) sheet = b.sheet(day, readings);
  auto &wanted = function.sheets[static_cast<std::size_t>(b[sheet].number)].wanted;
  if (std::find(wanted.begin(), wanted.end(), s.place) == wanted.end()) wanted.push_back(s.place);
  return sheet;
}

Res Body::recalled(DefinitionId index, const Env &env) {
  auto &d = m.definitions[index];
  auto &s = *p.shared[index];
  auto from = frame_for(s, env);
  Location status{Region::frame, s.place * ir::frame_step, Elem::i32}, value{Region::frame, s.place * ir::frame_step + 8, Elem::i64};
  Res r{b.load(status, s.status, from), {}, {}};
  if (d.type.base == Type::boolean) value.elem = Elem::i8, r.v = b.flag(value, from);
  else r.v = b.mul(b.load(value, s.value, from), b.number(1, s.den));
  read_groups.insert(s.groups.begin(), s.groups.end());
  read_parameters.insert(s.parameters.begin(), s.parameters.end());
  read_facts.insert(s.facts.begin(), s.facts.end());
  dated |= s.dated && !env.step;
  stateful |= s.stateful;
  note({.name = d.name, .type = value_type(m, d.type), .span = d.span}, r);
  return r;
}

// What a long chain rests on is made first, so that nothing is made within more than a few others.
void Body::make_below(DefinitionId index, const Env &env) {
  if (p.depth[index] <= deepest || recalls(index, env)) return;
  std::vector<DefinitionId> open{index}, below;
  std::set<DefinitionId> seen;
  while (!open.empty()) {
    auto d = open.back();
    open.pop_back();
    for (auto r : p.reads[d]) {
      if (recalls(r, env) || definitions_.count({r, env}) || !seen.insert(r).second) continue;
      open.push_back(r);
      below.push_back(r);
    }
  }
  std::sort(below.begin(), below.end(), [&](auto x, auto y) { return p.position[x] < p.position[y]; });
  for (auto d : below) made(d, env);
}

} // namespace deal::lower
