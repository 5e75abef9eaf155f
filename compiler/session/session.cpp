#include "session/session.h"
#include "optimize/narrow.h"
#include "optimize/speculate.h"
#include <unordered_map>

namespace deal::session {
namespace {

constexpr std::size_t most_in_lanes = 64;   // terms: each is some ten loops
constexpr std::size_t longest_loop = 1000; // values of a step over many rows

} // namespace

Compiled compile(Source source, Sink &sink) { return {check::check(std::move(source), sink)}; }

Result<Machine> machine_code(const check::Model &model, const lower::Request &request) {
  auto module = lower::lower(model, request);
  Machine out{std::move(module.interface), {}, std::move(module.aliases), {}, {}, request.whole && request.steps, {}};
  for (auto &d : module.definitions) out.definitions.push_back({std::move(d.symbol), std::move(d.reads)});
  auto given = interface::flags_of(out.interface);
  std::unordered_map<std::string, std::size_t> terms;
  for (std::size_t t = 0; t < out.interface.terms.size(); ++t) terms[out.interface.terms[t].symbol] = t;
  std::size_t in_lanes = 0;
  for (auto &f : module.functions) {
    std::string why;
    auto narrowed = optimize::narrow(f, why);
    if (!narrowed) return Failure{"too wide for 256 bits; declare ranges (`from A through B`) for what it reads: " + why};
    auto breach = ir::verify(*narrowed);
    DEAL_CHECK(breach.empty(), breach.c_str());
    out.functions.push_back(std::move(*narrowed));
    auto term = terms.find(f.symbol);
    if (!request.whole || term == terms.end() || out.interface.terms[term->second].wide) continue;
    // A frame is filled for one row; and what lanes cost is for the first of many.
    bool wanted = request.columns && f.sheets.empty() && in_lanes < most_in_lanes;
    in_lanes += wanted;
    auto columns = [&](const std::vector<Location> &known) -> std::optional<ir::MachineFunction> {
      if (!wanted) return std::nullopt;
      return optimize::narrow(optimize::speculate(f, known), why, optimize::Form::columns);
    };
    out.columns.push_back({out.functions.size() - 1, term->second, wanted, columns(given), columns({})});
  }
  for (auto &r : module.runs) {
    std::string why;
    if (!r.function.sheets.empty() || r.function.values.size() > longest_loop) continue; // row by row
    out.runs.push_back({r.step, optimize::narrow(optimize::speculate(r.function, {}), why, optimize::Form::columns)});
  }
  return out;
}

codegen::EmitOptions Machine::options(int level, std::string descriptor) const {
  codegen::EmitOptions out;
  out.level = level, out.descriptor = std::move(descriptor), out.prefix = interface.prefix, out.aliases = aliases;
  auto inputs = [&](Region region, const interface::Layout &layout) {
    for (auto &slot : layout.slots)
      out.inputs.push_back({region, slot.type.base == ValueType::ratio ? 16u : size_of(slot.at.elem), slot.at.offset, slot.known});
  };
  inputs(Region::parameters, interface.parameter_layout);
  inputs(Region::facts, interface.fact_layout);
  inputs(Region::state, interface.state_layout);
  out.inputs.push_back({Region::today, 4, 0, std::nullopt});
  out.layout = interface.layout;
  out.sizes = {interface.parameter_layout.size, interface.fact_layout.size, interface.state_layout.size};
  for (auto &c : columns) {
    auto &type = interface.terms[c.term].type;
    auto form = [](auto &f) { return f ? &*f : nullptr; };
    auto size = size_of(interface::elem_of(type));
    auto &row = functions[c.row];
    out.batches.push_back({row.symbol, size, c.wanted ? &row : nullptr, form(c.known), form(c.masked)});
  }
  out.definitions = definitions;
  out.shared = codegen::sharing(out.batches);
  for (auto &at : interface.steps) {
    if (!ledgers || at.kind > interface::StepInfo::happens) continue;
    codegen::LedgerStep step{at.symbol, nullptr, {}, {}, at.layout.size, interface.state_layout.size};
    for (auto &slot : at.layout.slots) step.fields.push_back({Region::event, size_of(slot.at.elem), slot.at.offset, std::nullopt});
    step.emitted = at.earned;
    if (auto run = std::find_if(runs.begin(), runs.end(), [&](auto &r) { return r.step == at.symbol; }); run != runs.end() && run->rows)
      step.rows = &*run->rows;
    out.ledgers.push_back(std::move(step));
  }
  return out;
}

Result<std::unique_ptr<Running>> run_here(const check::Model &model, const lower::Request &request, int level, Kept *kept) {
  auto asked = request;
  asked.columns = level > 2;
  auto made = machine_code(model, asked);
  if (!made) return Failure{made.error()};
  auto &machine = *made;
  auto load = [&] {
    if (kept && !request.whole) return kept->load(machine, level);
    auto options = machine.options(level);
    options.instructions = {codegen::instructions_here()};
    return codegen::load_jit(machine.functions, options);
  };
  auto loaded = load();
  if (!loaded) return Failure{loaded.error()};
  auto symbol = loaded->symbol;
  host::Code code(machine.interface, symbol);
  if (!code.missing.empty()) return Failure{"the evaluator has no " + code.missing};
  return std::make_unique<Running>(Running{std::move(machine.interface), std::move(*loaded), std::move(code)});
}

} // namespace deal::session
