// A number that differs where texts differ (FNV-1a of 64 bits, less the 12 lowest): whole and exact in every language that reads JSON, and
// neither 0 nor negative, so that no state of zeros or ones has it.
#pragma once
#include <cstdint>
#include <string_view>

namespace deal::interface {

inline std::int64_t fingerprint(std::string_view text) {
  std::uint64_t h = 14695981039346656037u;
  for (unsigned char c : text) h = (h ^ c) * 1099511628211u;
  return static_cast<std::int64_t>(h >> 12) + 1;
}

} // namespace deal::interface
