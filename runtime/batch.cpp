// Simple on purpose: each row is gathered into the structs of a single call.
#include "batch.h"

namespace {

void copy(uint8_t *to, const uint8_t *from, uint32_t n) {
  for (uint32_t i = 0; i < n; ++i) to[i] = from[i];
}

void gather(uint8_t *row, const deal_struct &layout, const deal_column *columns, int64_t index) {
  for (uint32_t s = 0; s < layout.count; ++s) {
    const deal_column &c = columns[s];
    const deal_slot &slot = layout.slots[s];
    if (!c.values) continue;
    int64_t at = c.offset + index;
    bool known = !c.validity || (c.validity[at / 8] >> (at % 8) & 1);
    if (known) copy(row + slot.offset, static_cast<const uint8_t *>(c.values) + at * slot.size, slot.size); // what a null holds is never read
    if (slot.known != UINT32_MAX) row[slot.known] = known;
  }
}

} // namespace

extern "C" void deal_run_batch(const deal_batch *b, deal_term term, const deal_struct *layouts, uint8_t *scratch, uint32_t value_size) {
  const void *given[3] = {b->parameters, b->facts, b->state};
  const deal_column *columns[3] = {b->parameter_columns, b->fact_columns, b->state_columns};
  const void *structs[3];
  uint8_t *rows[3];
  for (int k = 0; k < 3; ++k) {
    rows[k] = scratch;
    structs[k] = columns[k] ? scratch : given[k];
    if (columns[k] && given[k]) copy(scratch, static_cast<const uint8_t *>(given[k]), layouts[k].size);
    scratch += layouts[k].size;
  }
  for (int64_t i = 0; i < b->rows; ++i) {
    for (int k = 0; k < 3; ++k)
      if (columns[k]) gather(rows[k], layouts[k], columns[k], i);
    int32_t today = b->today_column ? b->today_column[i] : b->today;
    b->statuses[i] = static_cast<uint8_t>(
        term(structs[0], structs[1], b->readings, structs[2], nullptr, today, static_cast<uint8_t *>(b->values) + i * value_size));
  }
}
