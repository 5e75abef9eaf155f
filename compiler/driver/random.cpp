#include "driver/random.h"
#include "check/operators.h"
#include "support/date.h"
#include <set>

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
    for (auto &v : c.versions)
      for (auto day : days_of(v)) add(day);
  if (out.empty()) out.insert(*day_of(2026, 1, 1));
  return {out.begin(), out.end()};
}

Type::Base dimension(const Type &t) { return is_number(t) ? Type::number : t.base; }

std::size_t names_of(const Model &m, const Type &t) {
  if (t.base == Type::choice) return m.kinds[t.kind].alternatives.size();
  return t.base == Type::party ? m.parties.size() : m.assets.size();
}

} // namespace

Draw::Draw(const Model &m, std::uint64_t seed) : m_(m), random_(seed), days_(edges(m)) {
  for (auto &t : m.terms)
    if (auto *c = std::get_if<Constant>(&t.node); c && c->outcome.status == Status::ok) said_[dimension(m.types[t.type])].push_back(c->outcome.value);
  for (auto c : m.clauses.ids())
    if (says(m.clauses[c].kind) == Says::pay) payments_.push_back(c);
}

std::int32_t Draw::day(std::int32_t from) {
  return std::max(from, days_[pick(days_.size())] + static_cast<std::int32_t>(pick(2) ? pick(400) : 0));
}

Rational Draw::amount(const Type &t) {
  static constexpr std::int64_t sizes[] = {0, 1, 5, 333, 10'000, 1'234'567, 50'000'000'00, 9'999'999'999'99};
  if (extreme_ && pick(8) == 0) return Rational(type_limit(t), power_of_ten(t.scale));
  Rational v(Integer(sizes[pick(8)] * static_cast<std::int64_t>(1 + pick(3))), power_of_ten(t.scale));
  if (t.base == Type::percent) v = Rational(static_cast<std::int64_t>(pick(1'000'000'001)), 1'000'000'000);
  if (t.base == Type::ratio) v = Rational(static_cast<std::int64_t>(pick(41)), static_cast<std::int64_t>(1 + pick(60)));
  if (t.base == Type::months) v = Rational(static_cast<std::int64_t>(pick(60)));
  if (t.base == Type::duration) v = Rational(static_cast<std::int64_t>(pick(400) * 86400));
  if (auto &said = said_[dimension(t)]; !said.empty() && pick(4) == 0) { // a constant of the deal, or just beside it
    auto near = std::get<Rational>(said[pick(said.size())]) + Rational(static_cast<std::int64_t>(pick(3)) - 1, power_of_ten(t.scale));
    v = Rational(floor_of(near * power_of_ten(t.scale)), power_of_ten(t.scale));
  }
  return t.base != Type::percent && pick(4) == 0 ? Rational(-v) : v;
}

Value Draw::value(const Type &t) {
  switch (t.base) {
  case Type::boolean: return pick(2) == 1;
  case Type::choice:
  case Type::party:
  case Type::asset: return Rational(static_cast<std::int64_t>(pick(names_of(m_, t))));
  case Type::text:
    if (auto &said = said_[Type::text]; !said.empty() && pick(2)) return said[pick(said.size())];
    return "item" + std::to_string(1 + pick(3));
  default: break;
  }
  auto v = t.base == Type::date ? Rational(day(*day_of(2015, 1, 1))) : amount(t);
  if (t.low) v = std::max(v, *t.low);
  if (t.high) v = std::min(v, *t.high);
  return v;
}

Happening Draw::deed() {
  Happening h{};
  h.kind = Happening::does;
  h.subject = ActionId::at(1 + pick(m_.actions.size() - 1));
  auto &action = m_.actions[h.subject];
  h.party = action.by ? action.by : PartyId::at(pick(m_.parties.size()));
  for (auto &f : action.fields) h.values.push_back(value(f.type));
  return h;
}

Happening Draw::payment(ClauseId clause) {
  Happening h{};
  h.kind = Happening::pays;
  h.subject = clause;
  auto [payer, money] = pays_of(m_, m_.clauses[clause]);
  h.party = payer;
  h.values.push_back(extreme_ ? amount(money) : Rational(static_cast<std::int64_t>(pick(100'000))));
  return h;
}

std::optional<Happening> Draw::row(std::int32_t on, std::int32_t from) {
  Happening h{};
  auto kinds = pick(10);
  auto economic = on;
  if (kinds == 0 && m_.actions.size() > 1 && !m_.parties.empty()) h = deed();
  else if (kinds == 1 && !payments_.empty()) h = payment(payments_[pick(payments_.size())]);
  else if (m_.events.empty()) return std::nullopt;
  else {
    h.subject = EventId::at(pick(m_.events.size()));
    auto &event = m_.events[h.subject];
    h.kind = event.fields.empty() ? Happening::happens : Happening::reports;
    h.party = !event.reporter && !m_.parties.empty() ? PartyId::at(0) : event.reporter;
    for (auto &f : event.fields) h.values.push_back(value(f.type));
    if (pick(3) == 0) economic = std::max(from, on - static_cast<std::int32_t>(pick(200)));
    if (event.each) {
      auto periods = periods_of(m_);
      auto index = periods.of(economic, *event.each);
      economic = periods.last(index, *event.each);
      if (economic > on) economic = periods.last(index - 1, *event.each);
      if (economic < from) return std::nullopt;
    }
  }
  h.on = on, h.economic = economic;
  return h;
}

std::vector<Happening> Draw::ledger(int rows, std::int32_t from) {
  std::vector<std::int32_t> on;
  for (int k = 0; k < rows; ++k) on.push_back(day(from));
  std::sort(on.begin(), on.end());
  std::vector<Happening> out;
  for (auto d : on)
    if (auto h = row(d, from)) out.push_back(std::move(*h));
  return out;
}

} // namespace deal::driver
