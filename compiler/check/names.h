// What names stand for, and where each was used.
#pragma once
#include "check/ids.h"
#include "support/source.h"
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace deal::check {

struct Symbol {
  // broken: declared by something that cannot be read; what uses it is not reported.
  enum Kind : std::uint8_t { party, asset, choices, parameter, fact, event, action, occurrence, definition, state, clause, amendment, broken } kind;
  SomeId index;
  Span span; // of its declaration; of what the language or a library declares, none
};
std::string_view word_of(Symbol::Kind);

// A name where it is used, and where that is declared.
struct Use {
  Span use, declaration;
};

struct Names {
  std::map<std::string, Symbol> symbols;
  std::map<std::string, std::vector<std::pair<KindId, int>>> alternatives; // name → (kind, index)
  std::map<std::string, std::pair<GroupId, int>> readings;                     // name → (group, index)
  std::vector<Use> uses;                                                // in the order in which they were resolved
};

} // namespace deal::check
