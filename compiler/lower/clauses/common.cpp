// What the stages and norms of several kinds of clause share: periods, parameters that are not disclosed, reasons.
#include "lower/lowering.h"

namespace deal::lower {

ValueId Body::period(ValueId day, Unit unit) { return b.call(ir::Call::period, {day, b.number(static_cast<int>(unit))}, {-800000, 3000000}); }

ValueId Body::period_last(ValueId period, Unit unit) {
  auto next = b.call(ir::Call::period_first, {b.add(period, b.number(1)), b.number(static_cast<int>(unit))}, {-800000, 3000000});
  return b.sub(next, b.number(1));
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
