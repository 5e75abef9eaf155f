// Many rows of one event, as columns: what the generated code brings to the interface of `<step>_ledger` (deal.h). Rows of an instance stand
// together, in the order of the ledger; each instance has a struct of its own.
#pragma once
#include "batch.h"

extern "C" {

typedef int32_t (*deal_step)(const void *, const void *, const uint8_t *, const void *, const void *, void *);
typedef int32_t (*deal_next)(const void *, const void *);
typedef int32_t (*deal_tick)(const void *, const void *, const uint8_t *, const void *, void *);
// Rows of one instance: 0, or -1 where a row is refused, fails or holds an amount beyond this form; the state is then as it was.
typedef int64_t (*deal_run)(const uint8_t *const *fields, const void *parameters, const void *facts, const uint8_t *readings, uint8_t *state,
                            int64_t rows, uint8_t *const *earned);
// Rows of many instances: how many went through, a multiple of the lanes; fewer than asked for where the next ones are not for this form.
typedef int64_t (*deal_portfolio)(const uint8_t *const *fields, const void *parameters, const void *facts, const uint8_t *readings, uint8_t *states,
                                  int64_t rows, uint8_t *const *earned, const int64_t *instances);
struct deal_ledger_plan {
  deal_step step;
  deal_next next;
  deal_tick tick;
  deal_run one, many[3];       // row after row; lanes, by instruction set; null: only by `step`
  deal_portfolio portfolio[3]; // lanes
  const struct deal_input *fields;
  const uint32_t *emitted; // places in the state
  uint32_t field_count, emitted_count, event_size, state_size, lanes;
  int64_t layout; // what the first cell of every state of this deal holds
};

// Rows whose status is not 0. `scratch`: deal_ledger_scratch bytes.
int64_t deal_run_ledger(const struct deal_ledger *, const struct deal_ledger_plan *, uint8_t *scratch);
inline uint64_t deal_ledger_scratch(uint64_t fields, uint64_t emitted, uint64_t event_size, uint64_t state_size) {
  return fields * 8 + emitted * (8 + 8 * deal_most_rows) + event_size + state_size + 64;
}
}
