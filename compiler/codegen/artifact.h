// A compiled deal: an object, a shared library, or machine code in this process.
#pragma once
#include "codegen/emit.h"
#include "interface/loaded.h"
#include "support/result.h"

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

// Of the target's sets the most that this machine runs.
int instructions_here();
Result<interface::Loaded> load_jit(const std::vector<ir::MachineFunction> &, EmitOptions);

std::string sha256(std::string_view bytes);

} // namespace deal::codegen
