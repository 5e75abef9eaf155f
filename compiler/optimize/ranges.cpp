#include "optimize/ranges.h"
#include "optimize/narrow.h"
#include "optimize/speculate.h"
#include <fmt/format.h>

namespace deal::optimize {

using namespace ir;

namespace {

std::string values_of(const Function &f, Form form) {
  auto live = reached(f, form);
  std::string out;
  for (std::size_t i = 0; i < f.values.size(); ++i) {
    auto &v = f.values[i];
    if (!live[i] || v.boolean || v.op == Op::constant) continue;
    auto bits = bits_of(v.range);
    auto how = v.op == Op::assume                     ? "assumed, and watched for each chunk"
               : v.op != Op::quantize                 ? "proved"
               : form == Form::columns                ? "estimated in doubles, corrected by the remainder"
               : bits <= 64 && v.operands.size() == 1 ? "divided in 64 bits"
                                                      : "divided in the bits of its dividend";
    out += fmt::format("  %{:<4} {:<9} in [{}, {}]{}  {} bits  {}\n", i, op_words[static_cast<std::size_t>(v.op)], v.range.lo.str(), v.range.hi.str(),
                       v.den == 1 ? "" : " / " + v.den.str(), bits, how);
  }
  return out;
}

} // namespace

std::string ranges(const Function &f, const std::vector<Location> &known) {
  auto out = fmt::format("{}\n one row\n{}", f.symbol, values_of(f, Form::row));
  auto columns = speculate(f, known);
  std::string why;
  if (!narrow(columns, why, Form::columns)) return out + " in columns: row by row, as " + why + "\n";
  return out + " in columns, where all is known\n" + values_of(columns, Form::columns);
}

} // namespace deal::optimize
