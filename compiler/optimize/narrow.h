// exact → machine: the only way. Denominators become multiplications, intervals become widths.
#pragma once
#include "ir/machine.h"

namespace deal::optimize {

// One row: any width, division by the runtime. Columns: what many rows at once can do, 32 and 64 bits, division by estimate and correction;
// it is made of a speculated function (speculate.h).
enum class Form : std::uint8_t { row, columns };

// The values that a store or the result comes to in a form.
std::vector<bool> reached(const ir::Function &, Form);

// Of a division in the form for a row: in which bits. Where a dividend needs more than 64, it may be made of two steps that do not.
std::string how_divided(const ir::Function &, const ir::Value &);

// None where a value needs more than 256 bits, or has no form in columns; `why` names it. The checker's rule of ranges is to accept no program
// that has no form for a row.
std::optional<ir::MachineFunction> narrow(const ir::Function &, std::string &why, Form = Form::row);

} // namespace deal::optimize
