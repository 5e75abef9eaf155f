#include "session/found.h"
#include "support/match.h"

namespace deal::session {

using namespace check;

namespace {

// The comparisons that a claim is made of; itself, where it is none.
void comparisons(const Model &m, TermId claim, std::vector<TermId> &out) {
  if (auto *logic = std::get_if<Logic>(&m[claim].node)) comparisons(m, logic->left, out), comparisons(m, logic->right, out);
  else if (auto *no = std::get_if<Not>(&m[claim].node)) comparisons(m, no->operand, out);
  else out.push_back(claim);
}

void replay(const Model &m, const Scenario &scenario, std::size_t steps, host::Instance &instance) {
  for (std::size_t k = 0; k < steps; ++k)
    match(
        scenario.steps[k].node, [&](const With &w) { instance.set(w.parameter.number(), constant_of(w.value)); },
        [&](const check::Given &g) {
          std::vector<host::Constant> keys;
          for (auto &key : g.keys) keys.push_back(constant_of(key));
          instance.give(g.fact.number(), keys.empty() ? std::nullopt : std::optional(keys), g.value ? std::optional(constant_of(*g.value)) : std::nullopt);
        },
        [&](const ReadingStep &r) { instance.choose(r.group.number(), r.choice); }, [&](const Happening &h) { instance.apply(row_of(m, h)); },
        [](const AsOf &) {}, [](const Expect &) {});
}

// The sides of a comparison that are not written out; of what is no comparison the claim.
std::vector<TermId> sides_of(const Model &m, TermId claim) {
  auto *c = std::get_if<Compare>(&m[claim].node);
  if (!c) return {claim};
  std::vector<TermId> out;
  for (auto side : {c->left, c->right})
    if (!m.constant(side)) out.push_back(side);
  return out;
}

} // namespace

std::string found(Subject &s, const Scenario &scenario, const Expectation &e) {
  auto &expect = std::get<Expect>(scenario.steps[e.step].node);
  auto &m = s.model();
  std::vector<TermId> claims;
  if (expect.test == Expect::holds) comparisons(m, expect.claim, claims);
  else claims.push_back(expect.claim);
  std::vector<Asked> asked;
  for (auto claim : claims)
    for (auto side : expect.test == Expect::holds ? sides_of(m, claim) : std::vector{claim})
      asked.push_back({std::string(s.program.sources.text(m[side].span)), side, -1, -1, false, -1, {}, value_type(m, m.type(side))});
  auto running = s.running;
  bind(s, asked, true, true);
  host::Instance instance(s.interface(), s.running->code);
  replay(m, scenario, e.step, instance);
  std::string out;
  for (auto &a : asked) {
    auto told = tell(s, a, instance, e.day);
    auto value = say(a, told.answer, s);
    for (auto &clause : told.by) value += (&clause == &told.by.front() ? ", by " : ", ") + clause;
    for (auto &input : told.settled_by) value += (&input == &told.settled_by.front() ? "; it would be settled by " : ", ") + input;
    out += (out.empty() ? "" : ", ") + (asked.size() > 1 ? fmt::format("{} is {}", a.text, value) : value);
  }
  s.running = running;
  return out + (e.found.empty() ? "" : "; " + e.found);
}

} // namespace deal::session
