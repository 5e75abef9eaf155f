#include "driver/session.h"
#include "optimize/narrow.h"
#include "syntax/parse.h"

namespace deal::driver {

std::optional<Compiled> compile(Source source, Sink &sink) {
  auto tree = syntax::parse(source, sink);
  if (!tree) return std::nullopt;
  Compiled out{std::move(source), {std::move(*tree), {}}};
  out.program.model = check::check(out.program.tree, sink);
  if (sink.failed()) return std::nullopt;
  return out;
}

Result<Machine> machine_code(const check::Model &model, const lower::Request &request) {
  auto module = lower::lower(model, request);
  Machine out{std::move(module.interface), {}};
  for (auto &f : module.functions) {
    std::string why;
    auto narrowed = optimize::narrow(f, why);
    if (!narrowed) return Failure{"too wide for 256 bits; declare ranges (`from A through B`) for what it reads: " + why};
    auto breach = ir::verify(*narrowed);
    DEAL_CHECK(breach.empty(), breach.c_str());
    out.functions.push_back(std::move(*narrowed));
  }
  return out;
}

codegen::EmitOptions Machine::options(int level, std::string descriptor) const {
  codegen::EmitOptions out{level, std::move(descriptor), interface.prefix, {}, {}, {}, {}};
  auto size_of = [](ir::Elem e) { return e == ir::Elem::i8 ? 1u : e == ir::Elem::i32 ? 4u : 8u; };
  auto slots = [&](const lower::Layout &layout) {
    codegen::BatchSlots s;
    s.size = layout.size;
    for (auto &slot : layout.slots)
      s.slots.push_back({slot.at.offset, slot.type.base == ValueType::ratio ? 16u : size_of(slot.at.elem), slot.known.value_or(UINT32_MAX)});
    return s;
  };
  out.parameters = slots(interface.parameter_layout);
  out.facts = slots(interface.fact_layout);
  out.state = slots(interface.state_layout);
  for (auto &t : interface.terms)
    if (!t.wide)
      out.batches.push_back({t.symbol, t.type.base == ValueType::boolean                                    ? 1u
                                       : t.type.base == ValueType::date || t.type.base >= ValueType::months ? 4u
                                                                                                            : 8u});
  return out;
}

Result<std::unique_ptr<Running>> run_here(const check::Model &model, const lower::Request &request, int level) {
  auto made = machine_code(model, request);
  if (!made) return Failure{made.error()};
  auto &machine = *made;
  auto options = machine.options(level);
  if (!request.whole) options.batches.clear();
  auto loaded = codegen::load_jit(machine.functions, options);
  if (!loaded) return Failure{loaded.error()};
  auto symbol = loaded->symbol;
  host::Code code(machine.interface, symbol);
  if (!code.missing.empty()) return Failure{"the evaluator has no " + code.missing};
  return std::make_unique<Running>(Running{std::move(machine.interface), std::move(*loaded), std::move(code)});
}

} // namespace deal::driver
