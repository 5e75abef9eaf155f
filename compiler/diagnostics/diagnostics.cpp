#include "diagnostics/diagnostics.h"
#include <algorithm>

namespace deal {

const std::vector<DiagRow> &all_diagnostics() {
  static const std::vector<DiagRow> rows = {
#define DEAL_DIAGNOSTIC(code, name, severity, wording) {#code, #name, Severity::severity, wording},
#include "diagnostics/kinds.def"
#undef DEAL_DIAGNOSTIC
  };
  return rows;
}

const DiagRow &row_of(Diag kind) { return all_diagnostics()[static_cast<std::size_t>(kind)]; }

Diagnostic &Sink::add(Diag kind, Span span, std::string message) {
  if (!said_.insert({kind, span}).second) // a line that several versions share is reported once
    return repeated_ = Diagnostic{kind, {}, {{span, {}}}, {}};
  if (row_of(kind).severity == Severity::error) ++errors_;
  return all_.emplace_back(Diagnostic{kind, std::move(message), {{span, {}}}, {}});
}

void Sink::sort_by_place() {
  std::stable_sort(all_.begin(), all_.end(),
                   [](const Diagnostic &a, const Diagnostic &b) { return a.labels[0].span.begin < b.labels[0].span.begin; });
}

} // namespace deal
