// What is said to the user about a source: stable codes, byte-exact spans, one sink.
#pragma once
#include "support/source.h"
#include <cstdint>
#include <deque>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace deal {

enum class Severity : std::uint8_t { error, warning };

enum class Diag : std::uint16_t {
#define DEAL_DIAGNOSTIC(code, name, severity, wording) name,
#include "diagnostics/kinds.def"
#undef DEAL_DIAGNOSTIC
};

struct DiagRow {
  std::string_view code, name;
  Severity severity;
  std::string_view wording;
};
const DiagRow &row_of(Diag kind);
const std::vector<DiagRow> &all_diagnostics();

struct Label {
  Span span;
  std::string text;
};

struct Diagnostic {
  Diag kind;
  std::string message;
  std::vector<Label> labels; // the first is the place
  std::string help;

  Diagnostic &at(Span span, std::string text = {}) { // what has no place in any text is not labelled
    if (span) labels.push_back({span, std::move(text)});
    return *this;
  }
  Diagnostic &with_help(std::string text) {
    help = std::move(text);
    return *this;
  }
};

class Sink {
public:
  template <class... A> Diagnostic &report(Diag kind, Span span, const A &...arguments) {
    return add(kind, span, fmt::format(fmt::runtime(row_of(kind).wording), arguments...));
  }
  bool failed() const { return errors_ > 0; }
  std::size_t errors() const { return errors_; }
  const std::deque<Diagnostic> &all() const { return all_; }
  void sort_by_place();

private:
  struct Said {
    Diag kind;
    Span span;
    friend bool operator==(const Said &, const Said &) = default;
  };
  struct Hash {
    std::size_t operator()(const Said &s) const {
      auto place = std::uint64_t(s.span.begin) << 32 | s.span.end;
      return std::hash<std::uint64_t>()(place * 0x9E3779B97F4A7C15u + static_cast<std::uint64_t>(s.kind));
    }
  };
  Diagnostic &add(Diag kind, Span span, std::string message);
  std::deque<Diagnostic> all_;
  std::unordered_set<Said, Hash> said_;
  Diagnostic repeated_{};
  std::size_t errors_ = 0;
};

struct RenderOptions {
  bool color = false;
};
// For a terminal; each label stands under its own text. What the texts hold cannot act on the terminal.
std::string render(const Diagnostic &, const Sources &, RenderOptions = {});
std::string render_all(const Sink &, const Sources &, RenderOptions = {});

} // namespace deal
