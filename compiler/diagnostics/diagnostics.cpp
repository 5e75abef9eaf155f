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
  for (auto &d : all_) // a line that several versions share is reported once
    if (d.kind == kind && d.labels[0].span == span) return repeated_ = Diagnostic{kind, {}, {{span, {}}}, {}};
  if (row_of(kind).severity == Severity::error) ++errors_;
  return all_.emplace_back(Diagnostic{kind, std::move(message), {{span, {}}}, {}});
}

void Sink::sort_by_place() {
  std::stable_sort(all_.begin(), all_.end(), [](const Diagnostic &a, const Diagnostic &b) { return a.labels[0].span.begin < b.labels[0].span.begin; });
}

namespace {

struct Paint {
  bool on;
  std::string operator()(const char *code, std::string_view text) const {
    return on ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
  }
};

// A tab prints as one space, so that carets stand under what they mean.
std::string flat(std::string_view line) {
  std::string out(line);
  std::replace(out.begin(), out.end(), '\t', ' ');
  return out;
}

} // namespace

std::string render(const Diagnostic &d, const Source &source, RenderOptions options) {
  Paint paint{options.color};
  const auto &row = row_of(d.kind);
  bool error = row.severity == Severity::error;
  const char *tone = error ? "1;31" : "1;33";
  auto out = fmt::format("{}: {}\n", paint(tone, fmt::format("{}[{}]", error ? "error" : "warning", row.code)), paint("1", d.message));
  auto first = source.place(d.labels[0].span.begin);
  std::uint32_t widest = 0;
  for (auto &l : d.labels) widest = std::max(widest, source.place(l.span.begin).line);
  auto gutter = fmt::format("{}", widest).size();
  out += fmt::format("{:>{}}{} {}:{}:{}\n", "", gutter, paint("34", "-->"), source.path(), first.line, first.column);
  auto bar = paint("34", "|");
  out += fmt::format("{:>{}} {}\n", "", gutter, bar);
  auto labels = d.labels;
  std::stable_sort(labels.begin(), labels.end(), [](auto &a, auto &b) { return a.span.begin < b.span.begin; });
  for (std::size_t i = 0; i < labels.size(); ++i) {
    auto &l = labels[i];
    auto at = source.place(l.span.begin);
    auto line = source.line(at.line);
    if (i == 0 || source.place(labels[i - 1].span.begin).line != at.line) {
      if (i > 0 && source.place(labels[i - 1].span.begin).line + 1 < at.line) out += fmt::format("{}\n", paint("34", "..."));
      out += fmt::format("{} {} {}\n", paint("34", fmt::format("{:>{}}", at.line, gutter)), bar, flat(line));
    }
    auto start = source.line_start(at.line);
    auto end = std::clamp<std::size_t>(l.span.end, l.span.begin, start + line.size());
    auto wide = l.span.begin < start + line.size() ? columns(source.text({l.span.begin, static_cast<std::uint32_t>(end)})) : 1;
    bool main = l.span == d.labels[0].span;
    auto carets = std::string(std::max<std::size_t>(1, wide), main ? '^' : '-');
    out += fmt::format("{:>{}} {} {:>{}}{}\n", "", gutter, bar, "", at.column - 1,
                       paint(main ? tone : "34", l.text.empty() ? carets : carets + " " + l.text));
  }
  if (!d.help.empty()) out += fmt::format("{:>{}} {} help: {}\n", "", gutter, paint("34", "="), d.help);
  return out;
}

std::string render_all(const Sink &sink, const Source &source, RenderOptions options) {
  std::string out;
  for (auto &d : sink.all()) out += render(d, source, options) + "\n";
  return out;
}

} // namespace deal
