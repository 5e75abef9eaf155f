// A compiled deal, and where its functions are: a shared library, or machine code in this process.
#pragma once
#include "codegen/emit.h"
#include "support/result.h"
#include <functional>

namespace deal::codegen {

// Object code, assembly or LLVM IR as text.
enum class Form { object, assembly, llvm_ir };
std::string emit_as(Form, const std::vector<ir::MachineFunction> &, const EmitOptions &);
// Object code in parts, made on all cores. The parts follow from the functions alone: the bytes are the same on one core.
std::vector<std::string> emit_objects(const std::vector<ir::MachineFunction> &, const EmitOptions &);

// A freestanding ELF shared library: nothing undefined, nothing needed. lld in process.
Result<std::string> link_shared(const std::vector<std::string> &objects);
// One relocatable object with all that it calls.
Result<std::string> link_object(const std::vector<std::string> &objects);

// Code that is called where it stands. `symbol` gives addresses; `keep` owns the code.
struct Loaded {
  std::function<void *(const std::string &)> symbol;
  std::shared_ptr<void> keep;
};
// Of x86-64-v2, v3, v4 (0, 1, 2) the most that this machine runs.
int instructions_here();
Result<Loaded> load_jit(const std::vector<ir::MachineFunction> &, EmitOptions);
Result<Loaded> load_library(const std::string &path);

} // namespace deal::codegen
