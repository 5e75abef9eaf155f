/* What every compiled deal has in common: the structs of calls over many rows. Stated here alone; generated headers carry this text. */
#ifndef DEAL_COLUMNS
#define DEAL_COLUMNS
#include <stdint.h>

/* A column in Arrow's layout: a buffer of values and a bitmap of validity (bit i: row i is known), both from row `offset` on; booleans are one
   byte each. */
typedef struct deal_column {
  const void *values;      /* null: the struct's value in every row */
  const uint8_t *validity; /* null: every row is known */
  int64_t offset;
} deal_column;

typedef struct deal_batch {
  int64_t rows;
  const void *parameters, *facts; /* the structs of a single call */
  const uint8_t *readings;
  const void *state;
  int32_t today;
  /* a column for each member of a struct that is a value, in its order; null where none varies */
  const deal_column *parameter_columns, *fact_columns, *state_columns;
  const int32_t *today_column; /* null: `today` in every row */
} deal_batch;

typedef struct deal_output {
  void *values;      /* null: not wanted; one for each row, 0 where its status is not 0 */
  uint8_t *statuses; /* null: not wanted */
} deal_output;

/* Many rows of one event, as columns; the rows of an instance stand together, in the order of the ledger. */
typedef struct deal_ledger {
  int64_t rows;
  const void *parameters, *facts;
  const uint8_t *readings;
  uint8_t *states;           /* a state for each instance, as init made it */
  const int64_t *instances;  /* of each row; null: all rows are of the first */
  const deal_column *fields; /* in the order of the event's struct; validity is not read */
  void *const *earned;       /* of each payment that the event triggers, in the order of clauses: what each row earns; null: not wanted */
  uint8_t *statuses;         /* null: not wanted */
} deal_ledger;
#endif
