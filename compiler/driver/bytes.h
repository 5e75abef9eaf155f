// Where three bytes stand among 64: a bit for each. Written for the machine at hand where that is worth it.
#pragma once
#include <cstdint>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace deal::driver {

#if defined(__SSE2__)
inline std::uint64_t marks_of(const char *from, char a, char b, char c) {
  std::uint64_t out = 0;
  for (int k = 0; k < 4; ++k) {
    auto bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(from + k * 16));
    auto is = [&](char x) { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(x)); };
    auto found = static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(is(a), _mm_or_si128(is(b), is(c)))));
    out |= std::uint64_t{found} << (k * 16);
  }
  return out;
}
#else
inline std::uint64_t marks_of(const char *from, char a, char b, char c) {
  std::uint64_t out = 0;
  for (int k = 0; k < 64; ++k) out |= std::uint64_t{from[k] == a || from[k] == b || from[k] == c} << k;
  return out;
}
#endif

} // namespace deal::driver
