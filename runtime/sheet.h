// Definitions that many others read are computed once for a question: into a frame, each after those that it reads.
#pragma once
#include <stdint.h>

extern "C" {

// `which`: several definitions are cases of one function. It finds in the frame what it reads and leaves there what it comes to.
typedef void (*deal_make)(uint32_t which, const void *parameters, const void *facts, const uint8_t *readings, const void *state, int32_t today,
                          uint8_t *frame);
struct deal_definition {
  deal_make make;
  uint32_t which, first, count; // what it reads: so many numbers of the list from there on, each lower than its own
};
struct deal_definitions {
  const struct deal_definition *all;
  const uint32_t *reads;
};

// Fills the frame with what these definitions come to, and with all that they rest on. Below the frame a byte for each definition, downwards, says
// whether it is needed.
void deal_sheet(const struct deal_definitions *definitions, const uint32_t *wanted, uint32_t count, const void *parameters, const void *facts,
                const uint8_t *readings, const void *state, int32_t today, uint8_t *frame);

// The state that a step begins with; so many bytes, a multiple of 8. Both may be one.
void deal_copy_state(void *to, const void *from, uint32_t bytes);
}
