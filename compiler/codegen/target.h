// The machine that code is made for. All that names one stands here and in target.cpp; of what is not generated, in runtime/machine.h and in
// driver/bytes.h.
#pragma once
#include <array>
#include <string>
#include <vector>

namespace deal::codegen {

struct Instructions {
  const char *cpu, *word;
  unsigned wide, narrow; // lanes where some value has 64 bits, and where none has
  bool fuses;            // a product and a sum, rounded once
  bool converts;         // 64-bit integers to doubles in one instruction
};

struct Target {
  const char *triple;
  Instructions row;                 // one row; runs everywhere that a shared library ships to
  std::array<Instructions, 3> sets; // lanes: which of them, the runtime chooses when the library is loaded (deal_choose_instructions)
  const char *linker;               // the flavour that lld is called by
  void (*start)();                  // brings in LLVM's parts
  int (*here)();                    // of `sets`, the most that this machine runs
  // Assembly of a function of two arguments that goes on in `onto` with `number` as its third.
  std::string (*thin_entry)(const std::string &symbol, std::size_t number, const std::string &onto);
  // The same of any function, under one or two names: it goes on with `number` where a static chain is passed (LLVM's `nest`).
  std::string (*case_entry)(const std::vector<std::string> &symbols, std::size_t number, const std::string &onto);
};

extern const Target target;

} // namespace deal::codegen
