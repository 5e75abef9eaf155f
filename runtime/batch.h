// One term over columns: the interface of `<term>_batch`, as the generated headers declare it. Arrow's layout: a buffer of values, a bitmap of
// validity (bit i: row i is known; absent: all are), both from row `offset` on; booleans are one byte each.
#pragma once
#include <stdint.h>

extern "C" {

struct deal_column {
  const void *values;      // null: the same value in every row, as the struct says
  const uint8_t *validity; // null: every row is known
  int64_t offset;
};

struct deal_batch {
  int64_t rows;
  const void *parameters, *facts; // the structs of a single call
  const uint8_t *readings;
  const void *state;
  int32_t today;
  // A column for each slot of a struct, in its order; null where none of them varies.
  const struct deal_column *parameter_columns, *fact_columns, *state_columns;
  const int32_t *today_column; // null: `today` in every row
  void *values;                // one for each row, 0 where its status is not 0
  uint8_t *statuses;
};

// What the wrapper of a term passes: where each slot stands in its struct.
struct deal_slot {
  uint32_t offset, size, known; // known: the byte, UINT32_MAX where there is none
};
struct deal_struct {
  const struct deal_slot *slots;
  uint32_t count, size;
};

typedef int32_t (*deal_term)(const void *, const void *, const uint8_t *, const void *, const void *, int32_t, void *);
void deal_run_batch(const struct deal_batch *, deal_term, const struct deal_struct *layouts, uint8_t *scratch, uint32_t value_size);
}
