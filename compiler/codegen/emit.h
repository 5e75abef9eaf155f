// machine IR → LLVM: one module for a deal, with the runtime linked in and internal.
#pragma once
#include "ir/machine.h"
#include <memory>
#include <string>

namespace llvm {
class LLVMContext;
class Module;
class TargetMachine;
} // namespace llvm

namespace deal::codegen {

// `<symbol>_batch`: the term over columns (runtime/batch.h).
struct BatchEntry {
  std::string symbol;
  std::uint32_t value_size;
};
struct BatchSlots {
  struct Slot {
    std::uint32_t offset, size, known;
  };
  std::vector<Slot> slots;
  std::uint32_t size = 0;
};

struct EmitOptions {
  int level = 2;          // -O0 … -O3
  std::string descriptor; // embedded as `<prefix>_descriptor`
  std::string prefix;
  std::vector<BatchEntry> batches;
  BatchSlots parameters, facts, state;
};

std::unique_ptr<llvm::TargetMachine> target_machine(int level);
std::unique_ptr<llvm::Module> emit(llvm::LLVMContext &, llvm::TargetMachine &, const std::vector<ir::MachineFunction> &, const EmitOptions &);
void optimize(llvm::Module &, llvm::TargetMachine &, int level);

} // namespace deal::codegen
