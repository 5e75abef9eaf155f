#include "sheet.h"

extern "C" void deal_sheet(const deal_definitions *definitions, const uint32_t *wanted, uint32_t count, const void *parameters, const void *facts,
                           const uint8_t *readings, const void *state, int32_t today, uint8_t *frame) {
  uint8_t *below = frame - 1;
  auto needed = [&](uint32_t i) -> uint8_t & { return *(below - i); };
  uint32_t end = 0;
  for (uint32_t k = 0; k < count; ++k)
    if (wanted[k] >= end) end = wanted[k] + 1;
  for (uint32_t i = 0; i < end; ++i) needed(i) = 0;
  for (uint32_t k = 0; k < count; ++k) needed(wanted[k]) = 1;
  uint32_t begin = end;
  for (uint32_t i = end; i-- > 0;) {
    if (!needed(i)) continue;
    begin = i;
    const deal_definition *d = &definitions->all[i];
    for (uint32_t k = 0; k < d->count; ++k) needed(definitions->reads[d->first + k]) = 1;
  }
  for (uint32_t i = begin; i < end; ++i)
    if (needed(i)) {
      const deal_definition *d = &definitions->all[i];
      d->make(d->which, parameters, facts, readings, state, today, frame);
    }
}

extern "C" void deal_copy_state(void *to, const void *from, uint32_t bytes) {
  typedef uint64_t word __attribute__((aligned(1), may_alias));
  word *t = static_cast<word *>(to);
  const word *f = static_cast<const word *>(from);
  for (uint32_t k = 0; k < bytes / 8; ++k) t[k] = f[k];
}
