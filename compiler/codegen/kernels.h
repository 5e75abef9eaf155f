// Terms over columns: kernels of many lanes for three instruction sets, and the tables by which the runtime drives them (runtime/batch.h).
#pragma once
#include "codegen/emitter.h"

namespace deal::codegen {

void emit_batches(llvm::Module &, const EmitOptions &);

} // namespace deal::codegen
