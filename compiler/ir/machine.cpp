#include "ir/machine.h"
#include <fmt/format.h>

namespace deal::ir {

std::string print(const MachineFunction &f) {
  auto out = fmt::format("function {}\n", f.symbol);
  for (std::size_t i = 0; i < f.values.size(); ++i) {
    auto &v = f.values[i];
    out += fmt::format("  %{}:{} = {}", i, v.width, machine_words[static_cast<std::size_t>(v.op)]);
    if (v.op == MachineOp::round_div || v.op == MachineOp::estimate) out += fmt::format(" {}", rounding_words[static_cast<std::size_t>(v.mode)]);
    if (v.op == MachineOp::call) out += fmt::format(" {}", call_symbols[static_cast<std::size_t>(v.call)]);
    if (v.op == MachineOp::constant || v.op == MachineOp::truth) out += " " + v.number.str();
    if (v.op == MachineOp::load || v.op == MachineOp::flag) out += fmt::format(" {}+{}", static_cast<int>(v.at.region), v.at.offset);
    for (auto o : v.operands) out += fmt::format(" %{}", o.index);
    if (v.op == MachineOp::estimate) out += fmt::format("  {} up {} down {}", v.factors, v.up.str(), v.down.str());
    if (v.op == MachineOp::assume) out += fmt::format("  within {}", v.number.str());
    out += "\n";
  }
  if (f.copied > 0) out += "  copy the state\n";
  for (auto &s : f.stores) out += fmt::format("  store {}+{} %{}\n", static_cast<int>(s.at.region), s.at.offset, s.value.index);
  return out + fmt::format("  return %{}\n", f.result.index);
}

std::string verify(const MachineFunction &f) {
  for (std::size_t i = 0; i < f.values.size(); ++i) {
    auto &v = f.values[i];
    auto breach = [&](std::string_view what) { return fmt::format("{}: %{}: {}", f.symbol, i, what); };
    for (auto o : v.operands)
      if (o.index >= i) return breach("an operand is defined later");
    auto width = [&](std::size_t k) { return f.values[v.operands[k].index].width; };
    switch (v.op) {
    case MachineOp::add:
    case MachineOp::sub:
    case MachineOp::mul:
    case MachineOp::round_div:
      if (width(0) != v.width || width(1) != v.width || v.width == 1) return breach("operands of another width");
      break;
    case MachineOp::less:
    case MachineOp::equal:
      if (width(0) != width(1) || v.width != 1) return breach("a comparison of different widths");
      break;
    case MachineOp::select:
      if (width(0) != 1 || width(1) != v.width || width(2) != v.width) return breach("a selection of different widths");
      break;
    case MachineOp::widen:
      if (width(0) >= v.width) return breach("a widening that does not widen");
      break;
    case MachineOp::narrow:
      if (width(0) <= v.width) return breach("a narrowing that does not narrow");
      break;
    case MachineOp::estimate:
      for (std::size_t k = 0; k < v.operands.size(); ++k)
        if (width(k) != 64) return breach("an estimate of another width");
      break;
    case MachineOp::assume:
      if (width(0) != 64 || v.width != 64) return breach("an assumption of another width");
      break;
    case MachineOp::call:
      for (std::size_t k = 0; k < v.operands.size(); ++k)
        if (width(k) != 64) return breach("a call with a wide operand");
      break;
    case MachineOp::sheet:
      if (width(0) != 64 || v.number >= f.sheets.size()) return breach("a sheet that the function does not have");
      break;
    case MachineOp::constant:
      if (bits_of(Interval{v.number, v.number}) > v.width) return breach("a constant that does not fit");
      break;
    default: break;
    }
  }
  return {};
}

} // namespace deal::ir
