// checked tree → exact IR and the interface.
#pragma once
#include "check/model.h"
#include "lower/interface.h"

namespace deal::lower {

struct Module {
  std::vector<ir::Function> functions;
  Interface interface;
};

struct Request {
  bool whole = true;                // every askable term and question, with traced twins
  bool steps = true;                // init, step, next, tick
  std::vector<check::TermId> extra; // questions from outside the file, as wide terms named "?0", "?1", …
};

Module lower(const check::Model &, const Request &);

} // namespace deal::lower
