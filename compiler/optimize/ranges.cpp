#include "optimize/ranges.h"
#include "optimize/narrow.h"
#include "optimize/speculate.h"
#include <fmt/format.h>

namespace deal::optimize {

using namespace ir;

namespace {

std::string values_of(const Function &f, Form form) {
  auto live = reached(f, form);
  std::vector<bool> same; // in all rows, where parameters are
  for (auto &v : f.values) {
    bool read = v.op == Op::load || v.op == Op::flag;
    same.push_back(read ? v.at.region == Region::parameters || v.at.region == Region::readings
                        : std::all_of(v.operands.begin(), v.operands.end(), [&](auto o) { return same[o.index]; }));
  }
  std::string out;
  for (std::size_t i = 0; i < f.values.size(); ++i) {
    auto &v = f.values[i];
    if (!live[i] || v.boolean || v.op == Op::constant || v.op == Op::sheet) continue;
    auto bits = bits_of(v.range);
    std::string estimated = v.op == Op::quantize && v.operands.size() > 1 && same[v.operands[1].index]
                                ? "estimated by a reciprocal that is taken once, corrected by the remainder"
                                : "estimated in doubles, corrected by the remainder";
    auto how = v.op == Op::assume      ? "assumed, and watched for each chunk"
               : v.op != Op::quantize  ? "proved"
               : form == Form::columns ? estimated
                                       : how_divided(f, v);
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
