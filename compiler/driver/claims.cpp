#include "driver/claims.h"
#include "check/operators.h"
#include "support/date.h"

namespace deal::driver {

using namespace check;

namespace {

// Days at which something changes, and their neighbours.
std::vector<std::int32_t> edges(const Model &m) {
  std::set<std::int32_t> out;
  auto add = [&](std::int32_t day) {
    if (day != always_from && day != never)
      for (int k = -1; k <= 1; ++k) out.insert(day + k);
  };
  if (m.effective) add(*m.effective);
  for (auto &a : m.amendments) add(a.effective);
  for (auto &c : m.clauses)
    for (auto &v : c.versions) {
      add(v.from);
      if (v.common.term.start != always_from) add(v.common.term.start);
      for (auto &e : v.common.term.ends) add(e.through);
      if (auto *p = std::get_if<PaymentVersion>(&v.body); p && p->counting && p->counting->from) add(p->counting->from->day);
    }
  if (out.empty()) out.insert(*day_of(2026, 1, 1));
  return {out.begin(), out.end()};
}

Value random_value(const Model &m, const Type &t, std::mt19937_64 &random) {
  auto pick = [&](std::int64_t low, std::int64_t high) { return std::uniform_int_distribution<std::int64_t>(low, high)(random); };
  switch (t.base) {
  case Type::boolean: return pick(0, 1) == 1;
  case Type::text: return std::string("item") + std::to_string(pick(1, 3));
  case Type::choice: return Rational(pick(0, static_cast<std::int64_t>(m.kinds[static_cast<std::size_t>(t.kind)].alternatives.size()) - 1));
  case Type::party: return Rational(pick(0, static_cast<std::int64_t>(m.parties.size()) - 1));
  case Type::asset: return Rational(pick(0, static_cast<std::int64_t>(m.assets.size()) - 1));
  case Type::date: return Rational(pick(*day_of(2015, 1, 1), *day_of(2040, 1, 1)));
  default: break;
  }
  auto scale = power_of_ten(t.scale);
  static constexpr std::int64_t sizes[] = {0, 1, 5, 333, 10'000, 1'234'567, 50'000'000'00, 9'999'999'999'99};
  Rational v = Rational(sizes[pick(0, 7)] * pick(1, 3)) / Rational(scale);
  if (pick(0, 3) == 0) v = -v;
  if (t.base == Type::percent) v = Rational(pick(0, 1'000'000'000), 1'000'000'000);
  if (t.low) v = std::max(v, *t.low);
  if (t.high) v = std::min(v, *t.high);
  return v;
}

} // namespace

std::vector<Happening> random_ledger(const Model &m, std::mt19937_64 &random, int rows, std::int32_t from) {
  auto pick = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
  auto days = edges(m);
  std::vector<Happening> out;
  std::vector<std::int32_t> on;
  for (int k = 0; k < rows; ++k) on.push_back(std::max(from, days[pick(days.size())] + static_cast<std::int32_t>(pick(2) ? pick(400) : 0)));
  std::sort(on.begin(), on.end());
  for (auto day : on) {
    Happening h{};
    h.on = h.economic = day;
    auto kinds = pick(10);
    std::vector<int> payments;
    for (std::size_t c = 0; c < m.clauses.size(); ++c)
      if (m.clauses[c].kind == syntax::Clause::payment) payments.push_back(static_cast<int>(c));
    if (kinds == 0 && m.actions.size() > 1) {
      h.kind = Happening::does;
      h.subject = 1 + static_cast<int>(pick(m.actions.size() - 1));
      auto &action = m.actions[static_cast<std::size_t>(h.subject)];
      h.party = action.by >= 0 ? action.by : static_cast<int>(pick(m.parties.size()));
      for (auto &f : action.fields) h.values.push_back(random_value(m, f.type, random));
    } else if (kinds == 1 && !payments.empty()) {
      h.kind = Happening::pays;
      h.subject = payments[pick(payments.size())];
      h.values.push_back(Rational(static_cast<std::int64_t>(pick(100'000)), 1));
    } else if (!m.events.empty()) {
      h.subject = static_cast<int>(pick(m.events.size()));
      auto &event = m.events[static_cast<std::size_t>(h.subject)];
      h.kind = event.fields.empty() ? Happening::happens : Happening::reports;
      h.party = event.reporter;
      for (auto &f : event.fields) h.values.push_back(random_value(m, f.type, random));
      if (pick(3) == 0) h.economic = std::max(from, day - static_cast<std::int32_t>(pick(200)));
      if (event.each) {
        auto unit = event.each->unit;
        h.economic = period_last_day(period_of(h.economic, unit), unit);
        if (h.economic > day) h.economic = period_last_day(period_of(h.economic, unit) - 1, unit);
        if (h.economic < from) continue;
      }
    } else continue;
    out.push_back(std::move(h));
  }
  return out;
}

Tested test_claim(const Model &m, const Claim &claim, int ledgers, std::uint64_t seed) {
  std::vector<TermId> questions{claim.claim};
  if (claim.when) questions.push_back(claim.when);
  auto running = run_here(m, {false, true, questions}, 0);
  if (!running) return {true, running.error()};
  auto factory = native_of(m, questions, std::move(*running));
  std::mt19937_64 random(seed);
  auto from = std::max(claim.from.value_or(always_from), m.effective.value_or(*day_of(2020, 1, 1)));
  int asked = 0;
  auto excluded = [&](const Happening &h) {
    if (h.kind != Happening::reports && h.kind != Happening::happens) return false;
    auto &name = m.events[static_cast<std::size_t>(h.subject)].name;
    return std::find(claim.independent_of.begin(), claim.independent_of.end(), name) != claim.independent_of.end();
  };
  for (int k = 0; k < ledgers; ++k) {
    auto ledger = random_ledger(m, random, 8, from);
    auto a = factory(), b = factory();
    for (auto *e : {a.get(), b.get()})
      for (std::size_t f = 0; f < m.facts.size(); ++f)
        if (m.facts[f].type.base == Type::boolean) e->give(static_cast<int>(f), std::nullopt, Value((k >> (f % 4)) % 2 == 0));
    for (std::size_t g = 0; g < m.readings.size(); ++g)
      a->read(static_cast<int>(g), k % static_cast<int>(m.readings[g].names.size())),
          b->read(static_cast<int>(g), k % static_cast<int>(m.readings[g].names.size()));
    std::string script;
    for (auto &h : ledger) {
      if (a->apply(h) != Status::ok) continue;
      if (!claim.independent_of.empty() && !excluded(h)) b->apply(h);
      script += fmt::format("\n    on {}", format_date(h.on));
      if (h.kind == Happening::reports || h.kind == Happening::happens) {
        auto &e = m.events[static_cast<std::size_t>(h.subject)];
        script += h.party >= 0 && !h.values.empty() ? fmt::format(" {} reports {}", m.parties[static_cast<std::size_t>(h.party)].name, e.name)
                                                    : " " + e.name;
        for (std::size_t f = 0; f < h.values.size(); ++f)
          script += fmt::format(
              "{} {}: {}", f == 0 ? " {" : ",", e.fields[f].name,
              std::holds_alternative<Rational>(h.values[f]) ? format_value(value_type(m, e.fields[f].type), std::get<Rational>(h.values[f])) : "…");
        if (!h.values.empty()) script += " }";
        if (h.economic != h.on) script += " for " + format_date(h.economic);
      }
      if (claim.when) {
        auto w = a->ask(claim.when, h.on);
        if (w.status != Status::ok || w.value != Value(true)) continue;
      }
      auto x = a->ask(claim.claim, h.on);
      ++asked;
      bool refuted = claim.independent_of.empty() ? x.status == Status::ok && x.value != Value(true) : [&] {
        auto y = b->ask(claim.claim, h.on);
        return x.status != y.status || x.value != y.value;
      }();
      if (refuted) return {true, "refuted by this ledger:" + script};
    }
  }
  return {false, fmt::format("not refuted in {} questions on {} random ledgers (tested, not proved)", asked, ledgers)};
}

} // namespace deal::driver
