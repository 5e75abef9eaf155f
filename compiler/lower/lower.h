// checked tree → exact IR and the interface.
#pragma once
#include "check/model.h"
#include "interface/interface.h"
#include <map>
#include <optional>
#include <set>

namespace deal::lower {

using namespace interface;

struct Module {
  std::vector<ir::Function> functions;
  std::map<std::string, std::string> aliases; // of a function, another name
  // Of a step, a form for many rows in turn: the state as it becomes where nothing is refused and nothing fails, and the status that says
  // whether that held. Nobody calls it: codegen makes loops of it (runtime/ledger.h).
  struct Run {
    std::string step;
    ir::Function function;
  };
  std::vector<Run> runs;
  // Definitions that are computed once for a question, in the order of their places in the frame; what each reads stands before it.
  struct Definition {
    std::string symbol;
    std::vector<std::uint32_t> reads;
  };
  std::vector<Definition> definitions;
  Interface interface;
};

struct Request {
  bool whole = true;                         // every askable term and question, with traced twins; entries over columns
  bool steps = true;                         // init, step, next, tick; without, what is asked of a state still brings init, next and tick
  std::vector<check::TermId> extra;          // questions from outside the file, as wide terms named "?0", "?1", …
  std::set<check::ActionId> actions;                    // where not whole: the actions whose questions are asked
  std::optional<std::set<std::string>> only; // where whole: of the terms and questions, these terms alone
  bool columns = false;                      // where whole: also the forms for many rows, in lanes
  bool reasons = false;                      // questions from outside the file have traced twins too
  const Sources *sources = nullptr;          // the texts that the model came from, to be quoted
};

Module lower(const check::Model &, const Request &);
Badge badge_of(const syntax::Badge &);

} // namespace deal::lower
