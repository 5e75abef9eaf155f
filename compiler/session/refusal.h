// Why a row of a ledger was refused, in terms of the row.
#pragma once
#include "host/instance.h"

namespace deal::session {

// "closed period: the month through 2026-03-31 closed for Share at the end of 2026-04-10; …"; what cannot be said more nearly is the status alone.
std::string refusal(const interface::Interface &, const host::Row &, Status);

} // namespace deal::session
