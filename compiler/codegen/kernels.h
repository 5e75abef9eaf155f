// Terms over columns: kernels of many lanes for three instruction sets, and the tables by which the runtime drives them (runtime/batch.h).
#pragma once
#include "codegen/emitter.h"
#include <set>

namespace deal::codegen {

// The kernels of the terms that the module defines; the tables and entries of all terms, once for a library.
void emit_kernels(llvm::Module &, const std::set<std::string> &own, const EmitOptions &);
void emit_tables(llvm::Module &, const EmitOptions &);
// The same of ledgers.
void emit_runs(llvm::Module &, const std::set<std::string> &own, const EmitOptions &);
void emit_ledgers(llvm::Module &, const EmitOptions &);
// The table of definitions that are computed once.
void emit_definitions(llvm::Module &, std::span<const Bundle> all, const EmitOptions &);
// When the library is loaded: which instruction set both use.
void emit_choice(llvm::Module &, const EmitOptions &);

} // namespace deal::codegen
