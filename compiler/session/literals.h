// A cell of data is one literal of its type, with an optional sign: no expression, no other spelling. What is written otherwise is refused in
// its own terms, with the mended cell where that leaves nothing to guess.
#pragma once
#include "interface/interface.h"
#include "support/result.h"

namespace deal::session {

// The value that is written; else why it is none: "`1e3` is no amount in USD: it has an exponent; write `1000`". A number of JSON may have one.
Result<interface::Constant> read_literal(const ValueType &, std::string_view text, bool json_number = false);

// A cell as a message shows it.
std::string shown(std::string_view cell);

} // namespace deal::session
