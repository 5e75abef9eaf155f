#include "driver/claims.h"
#include "driver/random.h"
#include "session/reasons.h"
#include "session/scenario_text.h"
#include "support/date.h"

namespace deal::driver {

using namespace check;

namespace {

// A step of the ledger at hand, and of its twin: the same but for what the claim says it does not depend on.
struct Paired {
  Step step;
  std::optional<Step> twin; // none: the twin has no such row
};

Status take(Evaluator &e, const Model &m, const Step &step) {
  if (auto *h = std::get_if<Happening>(&step.node)) return e.apply(*h);
  if (auto *w = std::get_if<With>(&step.node)) e.set(w->parameter, w->value);
  if (auto *r = std::get_if<ReadingStep>(&step.node)) e.read(r->group, r->choice);
  if (auto *g = std::get_if<Given>(&step.node))
    e.give(g->fact, g->all_keys || m.facts[g->fact].keys.empty() ? std::nullopt : std::optional(g->keys), g->value);
  return Status::ok;
}

class Search {
public:
  Search(const Model &m, const Claim &claim, const Factory &make, std::uint64_t seed)
      : m_(m), claim_(claim), make_(make), draw_(m, seed), compares_(!claim.independent_of.empty()),
        from_(std::max(claim.from.value_or(always_from), m.effective.value_or(*day_of(2020, 1, 1)))) {}

  Tested run(int ledgers) {
    for (; found_.ledgers < ledgers && found_.kind != Tested::refuted; ++found_.ledgers) one_ledger();
    if (found_.kind != Tested::refuted && found_.with_value > 0) found_.kind = Tested::not_refuted;
    found_.applied = held_ > 0;
    for (auto &[status, count] : without_value_)
      if (count > without_value_[found_.mostly]) found_.mostly = status;
    return std::move(found_);
  }

private:
  struct Sides {
    std::unique_ptr<Evaluator> ledger, twin;
  };
  struct Asked {
    bool held = false, refuted = false;
    Outcome answer, of_twin;
  };

  bool named(const std::string &name) const {
    return std::find(claim_.independent_of.begin(), claim_.independent_of.end(), name) != claim_.independent_of.end();
  }
  // Undisclosed parameters, facts of every type, for all keys and for some, readings.
  std::vector<Paired> inputs();
  void give(std::vector<Paired> &, FactId, std::optional<std::vector<Value>> keys);
  Paired row(Happening) const;

  bool take_both(Sides &, const Paired &) const;
  Asked ask(Sides &, std::int32_t day) const;
  std::optional<Asked> replay(const std::vector<Paired> &, std::int32_t day) const; // none: a row is refused
  void count(const Asked &);
  void one_ledger();
  void refuted(std::vector<Paired>, std::int32_t day);
  Witness witness(const std::vector<Paired> &, std::int32_t day, bool twin, const Outcome &) const;

  const Model &m_;
  const Claim &claim_;
  const Factory &make_;
  Draw draw_;
  bool compares_;
  std::int32_t from_;
  Tested found_;
  int held_ = 0;
  std::map<Status, int> without_value_;
};

void Search::give(std::vector<Paired> &out, FactId index, std::optional<std::vector<Value>> keys) {
  auto &fact = m_.facts[index];
  auto given = [&] {
    return Step{Given{index, keys.value_or(std::vector<Value>{}), !keys && !fact.keys.empty(), draw_.value(fact.type)}, {}};
  };
  Paired pair{given(), {}};
  pair.twin = pair.step;
  auto same = [&] { return std::get<Given>(pair.twin->node).value == std::get<Given>(pair.step.node).value; };
  for (int tries = 0; tries < 20 && named(fact.name) && same(); ++tries) pair.twin = given();
  out.push_back(std::move(pair));
}

std::vector<Paired> Search::inputs() {
  std::vector<Paired> out;
  auto both = [&](auto node) { out.push_back({Step{node, {}}, Step{node, {}}}); };
  for (auto p : m_.parameters.ids())
    if (!m_.parameters[p].versions[0].value) both(With{p, draw_.value(m_.parameters[p].type)});
  for (auto f : m_.facts.ids()) {
    auto &fact = m_.facts[f];
    if (draw_.pick(16) != 0 || named(fact.name)) give(out, f, std::nullopt);
    for (auto keyed = fact.keys.empty() ? 0 : draw_.pick(3); keyed > 0; --keyed) {
      std::vector<Value> keys;
      for (auto &k : fact.keys) keys.push_back(draw_.value(k.type));
      give(out, f, keys);
    }
  }
  for (auto g : m_.readings.ids())
    both(ReadingStep{g, static_cast<int>(draw_.pick(m_.readings[g].names.size()))});
  return out;
}

Paired Search::row(Happening h) const {
  bool event = h.kind == Happening::reports || h.kind == Happening::happens;
  bool left_out = event && named(m_.events[h.subject].name);
  Step step{std::move(h), {}};
  return {step, left_out ? std::nullopt : std::optional(step)};
}

// A row that the twin refuses where the ledger takes it ends the comparison: the two are no ledgers that differ in one thing.
bool Search::take_both(Sides &sides, const Paired &p) const {
  if (take(*sides.ledger, m_, p.step) != Status::ok) return false;
  return !compares_ || !p.twin || take(*sides.twin, m_, *p.twin) == Status::ok;
}

Search::Asked Search::ask(Sides &sides, std::int32_t day) const {
  auto holds = [&](Evaluator &e) {
    auto o = claim_.when ? e.ask(claim_.when, day) : Outcome{Status::ok, true};
    return o.status == Status::ok && o.value == Value(true);
  };
  Asked out;
  out.held = holds(*sides.ledger) && (!compares_ || holds(*sides.twin));
  if (!out.held) return out;
  out.answer = sides.ledger->ask(claim_.claim, day);
  if (!compares_) out.refuted = out.answer.status == Status::ok && out.answer.value != Value(true);
  else {
    out.of_twin = sides.twin->ask(claim_.claim, day);
    out.refuted =
        out.answer.status != out.of_twin.status || (out.answer.status == Status::ok && out.answer.value != out.of_twin.value);
  }
  return out;
}

std::optional<Search::Asked> Search::replay(const std::vector<Paired> &steps, std::int32_t day) const {
  Sides sides{make_(), compares_ ? make_() : nullptr};
  for (auto &p : steps)
    if (!take_both(sides, p)) return std::nullopt;
  return ask(sides, day);
}

void Search::count(const Asked &a) {
  ++found_.asked;
  if (!a.held) return;
  ++held_;
  if (a.answer.status == Status::ok) ++found_.with_value;
  else ++without_value_[a.answer.status];
}

void Search::one_ledger() {
  Sides sides{make_(), compares_ ? make_() : nullptr};
  auto steps = inputs();
  for (auto &p : steps) take_both(sides, p);
  auto rows = draw_.ledger(8, from_);
  auto day = rows.empty() ? draw_.day(from_) : rows.front().on;
  auto holds_at = [&](std::int32_t on) {
    day = on;
    auto a = ask(sides, day);
    count(a);
    if (a.refuted) refuted(steps, day);
    return !a.refuted;
  };
  if (!holds_at(day)) return;
  for (auto &h : rows) {
    auto pair = row(std::move(h));
    auto on = std::get<Happening>(pair.step.node).on;
    if (take(*sides.ledger, m_, pair.step) != Status::ok) continue;
    if (compares_ && pair.twin && take(*sides.twin, m_, *pair.twin) != Status::ok) return;
    steps.push_back(std::move(pair));
    if (!holds_at(on)) return;
  }
  for (int later = 0; later < 2; ++later)
    if (!holds_at(day + static_cast<std::int32_t>(draw_.pick(400)))) return;
}

// Without whatever can be left out: what stays is the reason.
void Search::refuted(std::vector<Paired> steps, std::int32_t day) {
  for (auto i = steps.size(); i-- > 0;) {
    auto fewer = steps;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    auto still = replay(fewer, day);
    if (still && still->refuted) steps = std::move(fewer);
  }
  auto last = replay(steps, day);
  found_.kind = Tested::refuted;
  found_.against.push_back(witness(steps, day, false, last->answer));
  if (compares_) found_.against.push_back(witness(steps, day, true, last->of_twin));
}

Witness Search::witness(const std::vector<Paired> &steps, std::int32_t day, bool twin, const Outcome &answer) const {
  Witness out{{}, day, answer};
  std::optional<std::int32_t> last;
  for (auto &p : steps) {
    if (twin && !p.twin) continue;
    out.steps.push_back(twin ? *p.twin : p.step);
    if (auto *h = std::get_if<Happening>(&out.steps.back().node)) last = h->on;
  }
  if (last != day) out.steps.push_back({AsOf{day}, {}});
  return out;
}

std::string scenario(const Model &m, const std::string &title, const Witness &w, const std::string &expect) {
  auto out = fmt::format("scenario \"{}\" {{\n", title);
  for (auto &s : w.steps) out += "  " + step_text(m, s) + "\n";
  return out + "  " + expect + "\n}";
}

std::string word(const Model &m, const Type &t, const Outcome &o) {
  return o.status == Status::ok ? literal(m, t, o.value) : std::string(status_word(o.status));
}

// "f = true", of the steps that the other ledger has not.
std::string difference(const Model &m, const Witness &w, const Witness &other) {
  std::set<std::string> there;
  for (auto &s : other.steps) there.insert(step_text(m, s));
  std::string out;
  for (auto &s : w.steps) {
    auto text = step_text(m, s);
    if (there.count(text) || std::holds_alternative<AsOf>(s.node)) continue;
    out += (out.empty() ? "with " : ", ") + (text.starts_with("given ") ? text.substr(6) : text);
  }
  return out.empty() ? "without it" : out;
}

} // namespace

std::vector<TermId> questions_of(const Claim &c) { return c.when ? std::vector{c.claim, c.when} : std::vector{c.claim}; }

Tested test_claim(const Model &m, const Claim &claim, const Factory &make, int ledgers, std::uint64_t seed) {
  return Search(m, claim, make, seed).run(ledgers);
}

std::string report(const Model &m, const Claim &claim, const std::string &text, const Tested &t) {
  auto on = fmt::format("{} questions on {} random ledgers", t.asked, t.ledgers);
  auto &type = m.type(claim.claim);
  switch (t.kind) {
  case Tested::refuted: break;
  case Tested::not_tested:
    return fmt::format("not tested{}: {}", claim.badge ? "; " + words_of(lower::badge_of(*claim.badge)) : "",
                       t.applied ? fmt::format("it never had a value in {} ({})", on, status_word(t.mostly)) : "its condition never held in " + on);
  case Tested::not_refuted:
    if (t.with_value * 20 < t.asked) return fmt::format("not refuted, but only {} of {} had a value (tested, not proved)", t.with_value, on);
    return fmt::format("not refuted: {} of {} had a value (tested, not proved)", t.with_value, on);
  }
  auto &one = t.against[0];
  if (t.against.size() == 1)
    return "refuted by this scenario, which fails:\n" + scenario(m, "against: " + claim.title, one, "expect " + text);
  auto &other = t.against[1];
  auto expect = expect_text(m, text, type, one.answer);
  return fmt::format("refuted: {} {}, {} {}; of these two scenarios the second fails:\n{}\n{}", word(m, type, one.answer), difference(m, one, other),
                     word(m, type, other.answer), difference(m, other, one), scenario(m, "against: " + claim.title + ", one", one, expect),
                     scenario(m, "against: " + claim.title + ", other", other, expect));
}

} // namespace deal::driver
