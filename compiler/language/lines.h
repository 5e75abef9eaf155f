// The lines of clauses, each said once: where it may stand, what an amendment replaces it by, when it acts.
#pragma once
#include "language/clauses.h"

namespace deal {

// A set of kinds of clause.
using ClauseKinds = std::uint16_t;
template <class... K> constexpr ClauseKinds kinds(K... k) { return static_cast<ClauseKinds>(((1u << static_cast<unsigned>(k)) | ...)); }
inline constexpr ClauseKinds grants = kinds(ClauseKind::license, ClauseKind::exclusivity), pays = kinds(ClauseKind::payment),
                             norms = kinds(ClauseKind::obligation, ClauseKind::permission, ClauseKind::prohibition, ClauseKind::option),
                             every = grants | pays | norms;

struct LineRow {
  std::string_view lead; // its first word: what `change` replaces and `drop` names
  std::string_view key;  // lines with one key replace each other, and stand once
  ClauseKinds in;
  int rank = 0;         // the one order of application (semantics.md rule 6); 0: none
  bool repeats = false; // may stand more than once
  ClauseKinds later = 0; // where it is said, and not supported yet
};
// Lines of the grammar that are refused as not supported have a row where their order is looked at.
inline constexpr std::array<LineRow, 25> line_rows = {{
    {"when", "when", every},
    {"unless", "unless", every},
    {"term", "term", every},
    {"text", "text", every, 0, true},
    {"subject", "subject", grants | norms},
    {"notwithstanding", "notwithstanding", grants | norms},
    {"exclusive", "exclusive", kinds(ClauseKind::license)},
    {"sole", "exclusive", kinds(ClauseKind::license)},
    {"non-exclusive", "exclusive", kinds(ClauseKind::license)},
    {"excludes", "excludes", grants},
    {"on", "on", pays},
    {"each", "each", pays, 0, false, norms},
    {"waived", "waived", pays, 10},
    {"deferred", "deferred", pays, 11},
    {"at", "at", pays, 30},
    {"capped", "capped", pays, 20}, // of an event; the scope says how much later (`check/clauses/payment.cpp`)
    {"recoups", "recoups", pays, 80},
    {"nets", "nets", pays, 90},
    {"counting", "counting", pays},
    {"part", "part", pays},
    {"carries", "carries", pays},
    {"round", "round", pays},
    {"payable", "payable", pays},
    {"restatable", "restatable", pays},
    {"closes", "closes", pays},
}};
// None for a word that begins no line of a clause.
constexpr const LineRow *line_row(std::string_view lead) {
  for (auto &row : line_rows)
    if (row.lead == lead) return &row;
  return nullptr;
}
constexpr bool may_stand(const LineRow &line, ClauseKind kind) { return line.in >> static_cast<unsigned>(kind) & 1; }

} // namespace deal
