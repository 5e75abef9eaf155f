// What is written for one machine: stores that go past the caches, and which instruction sets there are. Elsewhere the plain forms serve.
#pragma once
#include <stdint.h>

#if defined(__x86_64__)
#include <emmintrin.h>

inline void deal_store_past(uint8_t *to, const uint8_t *from) { // 16 bytes; `to` is aligned
  _mm_stream_si128(reinterpret_cast<__m128i *>(to), _mm_loadu_si128(reinterpret_cast<const __m128i *>(from)));
}
inline void deal_stored_past() { _mm_sfence(); }

// CPUID and XGETBV: what the processor has and what the system saves. 0, 1, 2: x86-64-v2, v3, v4.
inline int deal_instruction_set() {
  auto cpuid = [](uint32_t leaf, uint32_t sub, uint32_t *r) {
    __asm__ volatile("cpuid" : "=a"(r[0]), "=b"(r[1]), "=c"(r[2]), "=d"(r[3]) : "a"(leaf), "c"(sub));
  };
  uint32_t r[4];
  cpuid(0, 0, r);
  if (r[0] < 7) return 0;
  cpuid(1, 0, r);
  constexpr uint32_t fma = 1u << 12, movbe = 1u << 22, osxsave = 1u << 27, avx = 1u << 28, f16c = 1u << 29;
  constexpr uint32_t first = fma | movbe | osxsave | avx | f16c;
  if ((r[2] & first) != first) return 0;
  uint32_t saved, high;
  __asm__ volatile("xgetbv" : "=a"(saved), "=d"(high) : "c"(0));
  if ((saved & 6) != 6) return 0;
  cpuid(7, 0, r);
  constexpr uint32_t v3 = 1u << 3 | 1u << 5 | 1u << 8;                          // BMI1, AVX2, BMI2
  constexpr uint32_t v4 = 1u << 16 | 1u << 17 | 1u << 28 | 1u << 30 | 1u << 31; // AVX-512 F, DQ, CD, BW, VL
  uint32_t extended[4];
  cpuid(0x80000001, 0, extended);
  if ((r[1] & v3) != v3 || !(extended[2] & 1u << 5)) return 0; // LZCNT
  return (r[1] & v4) == v4 && (saved & 0xE6) == 0xE6 ? 2 : 1;
}

#else

inline void deal_store_past(uint8_t *to, const uint8_t *from) {
  for (int i = 0; i < 16; ++i) to[i] = from[i];
}
inline void deal_stored_past() {}
inline int deal_instruction_set() { return 0; }

#endif
