// Division of 64 bits: small enough to stand in every evaluator, which knows the mode and often the divisor.
#include "rounding.h"
#include "runtime.h"

extern "C" int64_t deal_round_div_64(int64_t n, int64_t d, int64_t mode) {
  int64_t q = n / d, r = n % d, sign = n >> 63; // 0 or -1
  uint64_t rest = static_cast<uint64_t>((r ^ sign) - sign), left = static_cast<uint64_t>(d) - rest;
  // Without a branch: which way a remainder goes is no pattern that a processor could learn.
  bool above = rest > left, tie = rest == left, inexact = r != 0, further;
  switch (mode) {
  case up: further = inexact; break;
  case down: further = false; break;
  case ceiling: further = inexact & (sign == 0); break;
  case floor_: further = inexact & (sign != 0); break;
  case half_up: further = above | tie; break;
  case half_down: further = above; break;
  default: further = above | (tie & static_cast<bool>(q & 1)); break;
  }
  return q + ((static_cast<int64_t>(further) ^ sign) - sign);
}
