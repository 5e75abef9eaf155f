// Results that no cache would keep until they are read go past the caches: their lines are not fetched before they are written.
#pragma once
#include "machine.h"

// Results of more bytes than this, over a whole call, are streamed.
inline constexpr int64_t deal_stream_bytes = 1 << 25;

inline void deal_stream(uint8_t *to, const uint8_t *from, int64_t n) {
  int64_t head = -reinterpret_cast<int64_t>(to) & 15, i = 0;
  for (; i < n && i < head; ++i) to[i] = from[i];
  for (; i + 16 <= n; i += 16) deal_store_past(to + i, from + i);
  for (; i < n; ++i) to[i] = from[i];
}
// Before others read what was streamed.
inline void deal_streamed() { deal_stored_past(); }
