// What the stages and norms of several kinds of clause share: periods, parameters that are not disclosed, reasons.
#include "lower/lowering.h"

namespace deal::lower {

// Of the civil calendar, or counted from the day that contract years begin.
ValueId Body::counted_by(Period each, ir::Call civil, ir::Call contract, ValueId x) {
  std::vector<ValueId> given{x, b.number(static_cast<int>(each.unit))};
  if (each.contract) given.insert(given.end(), {b.number(*m.contract_from), b.number(m.month_end_up.value_or(false) ? 1 : 0)});
  return b.call(each.contract ? contract : civil, std::move(given), {-800000, 3000000});
}

ValueId Body::period(ValueId day, Period each) { return counted_by(each, ir::Call::period, ir::Call::contract_period, day); }

ValueId Body::period_first(ValueId period, Period each) {
  return counted_by(each, ir::Call::period_first, ir::Call::contract_period_first, period);
}

ValueId Body::period_last(ValueId period, Period each) { return b.sub(period_first(b.add(period, b.number(1)), each), b.number(1)); }

std::vector<ValueId> Body::places(ValueId period, int count) {
  auto turns = b.quantize(b.mul(period, b.number(1, count)), {}, Rounding::floor, 1);
  auto place = b.sub(period, b.mul(turns, b.number(count)));
  std::vector<ValueId> out;
  for (int i = 0; i < count; ++i) out.push_back(b.equal(place, b.number(i)));
  return out;
}

ValueId Body::blocked(const std::set<ParameterId> &parameters) {
  auto out = b.truth(false);
  for (auto index : parameters) {
    read_parameters.insert(index);
    auto &slot = p.out.interface.parameter_layout.slots[index.index];
    auto missing = b.negation(b.flag({slot.at.region, *slot.known, Elem::i8}));
    auto &par = m.parameters[index];
    auto site = read(Site::parameter, par.name, value_type(m, par.type), index);
    site.version = 0;
    within(missing, [&] { return note(std::move(site), failed(Status::unknown, par.type)), 0; });
    out = b.either(out, missing);
  }
  return out;
}

void Body::stage(ClauseId clause, Stage at, Figure figure, const ValueType &type, const Res &r, Span span) {
  note({.clause = clause.number(), .stage = at, .figure = figure, .type = type, .span = span}, r);
}

void Body::condition(ClauseId clause, Stage at, const Res &r, Span span) {
  note({.kind = Site::truth, .clause = clause.number(), .stage = at, .type = of(ValueType::integer), .span = span}, number(said(r)));
}

} // namespace deal::lower
