// The descriptor: the interface as JSON, embedded in the library and beside it. A generic host needs nothing else.
#pragma once
#include "interface/interface.h"
#include "support/result.h"

namespace deal::codegen {

struct SourceHash {
  std::string path, sha256;
};
inline constexpr int abi_version = 1;
inline constexpr const char *language_version = "0.1";

std::string sha256(std::string_view bytes);
std::string descriptor(const interface::Interface &, const std::vector<SourceHash> &);
Result<interface::Interface> read_descriptor(std::string_view json);

// The C header of the same interface: C99 and C++, <stdint.h> and <stddef.h> only.
std::string header(const interface::Interface &);

} // namespace deal::codegen
