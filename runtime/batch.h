// Terms over columns: what the generated code brings to the interface of `<deal>_batch` and `<term>_batch` (deal.h).
#pragma once
#include "deal.h"

static_assert(sizeof(deal_column) == 24 && sizeof(deal_batch) == 80 && sizeof(deal_output) == 16 && sizeof(deal_ledger) == 72,
              "hosts were compiled with other structs: raise the version of the interface");

extern "C" {

// A slot that can come as a column, at its place in its struct.
struct deal_input {
  uint32_t region; // 0 parameters, 1 facts, 2 state, 3 today
  uint32_t slot;   // its column
  uint32_t size, offset;
  uint32_t known; // the byte that says whether it was given; UINT32_MAX: there is none
};

typedef int32_t (*deal_term)(const void *, const void *, const uint8_t *, const void *, const void *, int32_t, void *);

// Rows at once: pointers to each input's values and to its flags (a byte a row), and to where the results and statuses of each term go. The
// number of rows whose status is not 0, over these terms; or -1: an amount is beyond what this form holds, and the rows are to be computed by
// `row`. `rows` is a multiple of the lanes; statuses that are always 0 are not written.
typedef int64_t (*deal_kernel)(const uint8_t *const *values, const uint8_t *const *known, const void *parameters, const uint8_t *readings,
                               int64_t rows, uint8_t *const *out, uint8_t *const *statuses);
struct deal_plan {
  deal_term term;
  // Any number of rows, any amounts; null: only by `term`. Parameters are the same in all rows and read from their struct, or come as columns.
  deal_kernel row[2];
  const uint32_t *uses; // the inputs it reads
  uint32_t use_count, value_size;
  uint32_t infallible; // bit k: in form k every status is 0
};
// Terms that go through one loop: each by itself, then some that share what they have in common (not where parameters are columns).
struct deal_set {
  // Parameters as in `row`; by instruction set (x86-64-v2, v3, v4); every input known, some not. Null: only by `row`.
  deal_kernel columns[2][3][2];
  const uint32_t *terms;
  uint32_t term_count;
  uint32_t lanes; // the most that `columns` work on at once
};

struct deal_plans {
  const struct deal_input *inputs;
  const struct deal_plan *terms;
  const struct deal_set *sets; // the first ones are the terms, in their order
  uint32_t input_count, term_count, set_count;
  uint32_t sizes[3]; // of the structs of parameters, facts, state
  int64_t layout;    // what the first cell of every state of this deal holds
};
static const uint8_t deal_layout_mismatch = 20;

// A set has at most so many terms.
static const uint32_t deal_most_terms = 4;
// A chunk is at most so many rows; what is spread over it takes at most deal_spread_bytes.
static const uint32_t deal_most_rows = 512, deal_least_rows = 64, deal_spread_bytes = 1 << 16;

// Rows whose status is not 0, over those of the `count` terms from `first` on that are wanted. `scratch`: deal_scratch_size bytes.
int64_t deal_run_batch(const struct deal_batch *, const struct deal_plans *, uint32_t first, uint32_t count, const struct deal_output *,
                       uint8_t *scratch);
inline uint64_t deal_scratch_size(uint64_t inputs, uint64_t terms, uint64_t structs) {
  uint64_t least = inputs * 9 * deal_least_rows;
  return inputs * 48 + terms * 5 + deal_most_rows * (2 + deal_most_terms * 8) + (least > deal_spread_bytes ? least : deal_spread_bytes) + structs +
         64;
}
// Which of `columns` this machine runs: chosen once, when the library is loaded.
void deal_choose_instructions(void);
int32_t deal_instructions(void);
}
