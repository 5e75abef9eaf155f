#include "lower/clauses/payment/periods.h"
#include <fmt/format.h>

namespace deal::lower {

PeriodSums::PeriodSums(Program &p, const std::string &name, int count, const ValueType &type) {
  for (int i = 0; i < count; ++i) {
    auto which = p.add_cell(fmt::format("{}period_{}", name, i), of(ValueType::date));
    sums_.push_back({which, p.add_cell(fmt::format("{}period_{}_sum", name, i), type)});
  }
}

PeriodSums::Place PeriodSums::at(Body &body, ValueId period) const {
  auto &b = body.b;
  Place out{body.places(period, static_cast<int>(sums_.size())), b.number(0)};
  for (std::size_t i = 0; i < sums_.size(); ++i) {
    auto &s = sums_[i];
    out.sum = b.select(b.both(out.mine[i], b.equal(body.load(s.period), period)), body.load(s.sum), out.sum);
  }
  return out;
}

void PeriodSums::keep(Passing &x, const Place &at, ValueId period, ValueId sum) const {
  auto &b = x.body.b;
  for (std::size_t i = 0; i < sums_.size(); ++i) {
    auto mine = b.both(x.applies, at.mine[i]);
    x.keep(sums_[i].period, b.select(mine, period, x.body.load(sums_[i].period)));
    x.keep(sums_[i].sum, b.select(mine, sum, x.body.load(sums_[i].sum)));
  }
}

void PeriodSums::start(Body &body, std::map<std::size_t, ValueId> &first) const {
  for (auto &s : sums_) first[s.period] = body.b.number(INT32_MIN);
}

namespace {

std::set<std::int32_t> changes(const Model &m, const Clause &c, std::vector<TermId> (*read)(const Version &)) {
  std::set<std::int32_t> days;
  for (auto &v : c.versions) {
    days.insert(v.from);
    if (!payment_in(v)) continue;
    auto later = [&](auto &versions) {
      for (auto &inner : versions)
        if (inner.from > v.from) days.insert(inner.from);
    };
    for (auto id : read(v))
      if (id)
        for_cone(m, id, [&](const Term &t) {
          if (auto *r = std::get_if<ParameterRef>(&t.node)) later(m.parameters[r->parameter].versions);
          if (auto *d = std::get_if<DefinitionRef>(&t.node)) later(m.definitions[d->definition].versions);
        });
  }
  return days;
}

} // namespace

std::vector<Piece> pieces_of(Body &body, const Clause &c, ValueId first, ValueId last, std::vector<TermId> (*read)(const Version &)) {
  auto &b = body.b;
  std::vector<Piece> out;
  auto days_of_change = changes(body.m, c, read);
  for (auto at = days_of_change.begin(); at != days_of_change.end(); ++at) {
    const Version *v = nullptr;
    for (auto &candidate : c.versions)
      if (candidate.from <= *at) v = &candidate;
    if (!v || !payment_in(*v)) continue;
    auto low = b.max(b.max(first, b.number(*at)), body.term_first(c, v->common.term));
    auto high = b.min(last, body.term_last(v->common.term));
    if (std::next(at) != days_of_change.end()) high = b.min(high, b.number(*std::next(at) - 1));
    out.push_back({v, *at, b.fit(b.max(b.number(0), b.add(b.sub(high, low), b.number(1))), {0, 366}), high});
  }
  return out;
}

} // namespace deal::lower
