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

struct EmitOptions {
  int level = 2;              // -O0 … -O3
  std::string descriptor;     // embedded as `<prefix>_descriptor`
  std::string prefix;
};

std::unique_ptr<llvm::TargetMachine> target_machine(int level);
std::unique_ptr<llvm::Module> emit(llvm::LLVMContext &, llvm::TargetMachine &, const std::vector<ir::MachineFunction> &, const EmitOptions &);
void optimize(llvm::Module &, llvm::TargetMachine &, int level);

} // namespace deal::codegen
