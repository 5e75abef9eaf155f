// checked tree → exact IR and the interface.
#pragma once
#include "check/model.h"
#include "lower/interface.h"
#include <set>

namespace deal::lower {

struct Module {
  std::vector<ir::Function> functions;
  std::vector<std::pair<std::string, std::string>> aliases; // another name of a function
  Interface interface;
};

struct Request {
  bool whole = true;                // every askable term and question, with traced twins; entries over columns
  bool steps = true;                // init, step, next, tick; without, what is asked of a state still brings init, next and tick
  std::vector<check::TermId> extra; // questions from outside the file, as wide terms named "?0", "?1", …
  std::set<int> actions;            // where not whole: the actions whose questions are asked
};

Module lower(const check::Model &, const Request &);

} // namespace deal::lower
