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
  std::stable_sort(all_.begin(), all_.end(),
                   [](const Diagnostic &a, const Diagnostic &b) { return a.labels[0].span.begin < b.labels[0].span.begin; });
}

namespace {

struct Paint {
  bool on;
  std::string operator()(const char *code, std::string_view text) const {
    return on ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
  }
};

// What a line shows: control characters as spaces, so that carets stand under what they mean, and of a long line a part.
struct Shown {
  std::string text;
  std::uint32_t first = 1; // the column at which the part begins
};
constexpr std::uint32_t widest_line = 160;

Shown shown(std::string_view line, std::uint32_t column) {
  std::string out(line);
  for (auto &c : out)
    if (static_cast<unsigned char>(c) < 32 || c == 127) c = ' ';
  if (auto bad = first_invalid_utf8(out); bad != std::string_view::npos)
    for (auto &c : out)
      if (static_cast<unsigned char>(c) >= 0x80) c = '?';
  if (columns(out) <= widest_line) return {out, 1};
  auto first = column > widest_line / 2 ? column - widest_line / 2 : 1;
  std::string part;
  std::uint32_t at = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if ((static_cast<unsigned char>(out[i]) & 0xC0) != 0x80) ++at;
    if (at >= first && at < first + widest_line) part += out[i];
  }
  return {part, first};
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
  Shown part;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    auto &l = labels[i];
    auto at = source.place(l.span.begin);
    auto line = source.line(at.line);
    if (i == 0 || source.place(labels[i - 1].span.begin).line != at.line) {
      if (i > 0 && source.place(labels[i - 1].span.begin).line + 1 < at.line) out += fmt::format("{}\n", paint("34", "..."));
      part = shown(line, at.column);
      out += fmt::format("{} {} {}\n", paint("34", fmt::format("{:>{}}", at.line, gutter)), bar, part.text);
    }
    auto start = source.line_start(at.line);
    auto end = std::clamp<std::size_t>(l.span.end, l.span.begin, start + line.size());
    auto wide = l.span.begin < start + line.size() ? columns(source.text({l.span.begin, static_cast<std::uint32_t>(end)})) : 1;
    bool main = l.span == d.labels[0].span;
    auto column = at.column >= part.first ? at.column - part.first + 1 : 1;
    auto room = column <= widest_line ? widest_line - column + 1 : 1;
    auto carets = std::string(std::clamp<std::size_t>(wide, 1, room), main ? '^' : '-');
    out += fmt::format("{:>{}} {} {:>{}}{}\n", "", gutter, bar, "", column - 1,
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
