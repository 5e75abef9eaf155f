// Java RoundingMode, less UNNECESSARY: the numbers of compiler/language/words.h.
#pragma once
#include <stdint.h>

enum Mode : int64_t { half_even, half_up, half_down, up, down, ceiling, floor_ };
