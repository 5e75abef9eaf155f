// A compiled deal in a shared library. What it says of itself is read from the file, with its bounds; its code is loaded only where all of that
// agrees, so that a file which is cut off, foreign or edited is refused with a sentence.
#pragma once
#include "interface/interface.h"
#include "interface/loaded.h"
#include "support/result.h"

namespace deal::host {

// Of the file's bytes; nothing of it runs.
Result<interface::Interface> read_library(std::string_view bytes);
Result<interface::Loaded> load_library(const std::string &path);

} // namespace deal::host
