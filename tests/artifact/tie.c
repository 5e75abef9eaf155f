/* The library of tie.deal from C: a tie is rounded to even, a fact is given by its name, a state of another layout is refused. */
#include "tie.h"
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
  Tie_parameters parameters;
  Tie_facts facts;
  Tie_state state, zeroed, ones;
  Tie_Sale sale;
  const uint8_t readings[1] = {0};
  int64_t tie = 0, extra = 0, kept = 0, lost = 0;
  int32_t day = 20500, status;
  memset(&facts, 0, sizeof facts);
  memset(&sale, 0, sizeof sale);
  memset(&zeroed, 0, sizeof zeroed);
  memset(&ones, 0xFF, sizeof ones);
  if (Tie_defaults(&parameters) != DEAL_OK || Tie_init(&parameters, day, &state) != DEAL_OK) return 1;
  sale.on = sale.for_day = day;
  sale.gross = 5;
  if (Tie_step_Sale(&parameters, &facts, readings, &state, &sale, &state) != DEAL_OK) return 2;
  if (argc > 1 && strcmp(argv[1], "state") == 0) return fwrite(&state, sizeof state, 1, stdout) != 1;
  if (Tie_half(&parameters, &facts, readings, NULL, NULL, day, &tie) != DEAL_OK) return 3;
  if (Tie_with_extra(&parameters, &facts, readings, NULL, NULL, day, &extra) != DEAL_UNKNOWN) return 4;
  facts.extra = facts.extra_known = 1;
  if (Tie_with_extra(&parameters, &facts, readings, NULL, NULL, day, &extra) != DEAL_OK) return 5;
  if (Tie_P_accrued(&parameters, &facts, readings, &state, NULL, day, &kept) != DEAL_OK) return 6;
  status = Tie_P_accrued(&parameters, &facts, readings, &zeroed, NULL, day, &lost);
  if (status != Tie_step_Sale(&parameters, &facts, readings, &ones, &sale, &ones)) return 7;
  printf("tie %d, with the fact %d, fits %d %d %d, zeroed %d, kept %d\n", (int)tie, (int)extra, (int)Tie_fits(&state), (int)Tie_fits(&zeroed),
         (int)Tie_fits(&ones), (int)status, (int)kept);
  return argv[0] == NULL;
}
