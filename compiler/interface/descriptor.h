// The descriptor: the interface as JSON, embedded in the library and beside it. A generic host needs nothing else.
#pragma once
#include "interface/interface.h"
#include "support/result.h"

namespace deal::interface {

struct SourceHash {
  std::string path, sha256;
};
// Of the C interface: signatures, structs of the runtime, the descriptor's own form. Whatever is said otherwise in one of them raises it.
inline constexpr int abi_version = 2;
inline constexpr const char *language_version = "0.1";
// Where a library holds its descriptor; beside it, for those who link several, stands `<prefix>_descriptor`.
inline constexpr const char *descriptor_symbol = "deal_descriptor";

std::string descriptor(const Interface &, const std::vector<SourceHash> &);
// Refuses what another version wrote, what was changed after it was written, and what does not agree with itself.
Result<Interface> read_descriptor(std::string_view json);
// The first thing in which an interface does not agree with itself; empty where it does. What passes can be driven without harm.
std::string breach_of(const Interface &);

// The C header of the same interface: C99 and C++, <stdint.h> and <stddef.h> only.
std::string header(const Interface &);

} // namespace deal::interface
