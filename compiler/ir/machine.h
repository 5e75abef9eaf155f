// The machine level: integers of 64, 128 and 256 bits and booleans. Denominators are gone; every width is proved by the interval that
// the exact level knew, so nothing here can overflow. In the form for columns (optimize/narrow.h) there are 32 bits too, `assume`, and
// `estimate` in place of `round_div`.
#pragma once
#include "ir/exact.h"

namespace deal::ir {

enum class MachineOp : std::uint8_t {
  constant,
  truth,
  load,
  flag,
  add,
  sub,
  mul,
  less,
  equal,
  and_,
  or_,
  not_,
  select,
  widen,
  narrow,
  round_div,
  estimate,
  assume,
  call,
  sheet
};
inline constexpr std::string_view machine_words[] = {"constant", "truth",     "load",     "flag",   "add", "sub",    "mul",
                                                     "less",     "equal",     "and",      "or",     "not", "select", "widen",
                                                     "narrow",   "round_div", "estimate", "assume", "call", "sheet"};

struct MachineValue {
  MachineOp op = MachineOp::constant;
  int width = 64; // 1, 32, 64, 128 or 256
  std::vector<ValueId> operands;
  Integer number; // constant; assume, estimate: |x| <= number is assumed (0: proved); sheet: which
  Location at;
  Rounding mode{};
  Call call{};
  // estimate: the product of the first operands times `up`, over the product of the others times `down`, rounded. Factors are 64 bits wide
  // and below 2^51, so that a double holds them; products wrap, the remainder does not.
  std::size_t factors = 0;
  Integer up = 1, down = 1;
};

struct MachineFunction {
  std::string symbol;
  Shape shape = Shape::term;
  bool traced = false, guarded = false;
  std::deque<MachineValue> values;
  std::vector<Sheet> sheets;
  std::vector<Store> stores;
  std::uint32_t copied = 0;
  ValueId result;
};

std::string print(const MachineFunction &);
// What must hold of every machine function; the first breach, or empty.
std::string verify(const MachineFunction &);

} // namespace deal::ir
