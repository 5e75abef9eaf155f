// exact → machine: the only way. Denominators become multiplications, intervals become widths.
#pragma once
#include "ir/machine.h"

namespace deal::optimize {

// None where a value needs more than 256 bits; `why` names it. The checker's rule of ranges is to accept no such program.
std::optional<ir::MachineFunction> narrow(const ir::Function &, std::string &why);

} // namespace deal::optimize
