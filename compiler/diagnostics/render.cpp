#include "diagnostics/diagnostics.h"
#include "support/terminal.h"
#include <algorithm>

namespace deal {
namespace {

struct Paint {
  bool on;
  std::string operator()(const char *code, std::string_view text) const {
    return on ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
  }
};

// A part of a line as it is shown: on one line, a tab as one space, so that carets stand under what they mean.
std::string visible(std::string_view text) {
  auto out = for_terminal(text);
  std::replace(out.begin(), out.end(), '\t', ' ');
  for (std::size_t at = 0; (at = out.find('\n', at)) != std::string::npos; at += 2) out.replace(at, 1, "\\n");
  return out;
}

constexpr std::size_t widest_line = 160;

// Of a long line the columns around a place.
struct Shown {
  std::string text;
  std::size_t first = 0; // the column at which the part begins
};
Shown shown(std::string_view line, std::size_t column) {
  auto all = visible(line);
  if (columns(all) <= widest_line) return {all, 0};
  auto wanted = column > widest_line / 2 ? column - widest_line / 2 : 0;
  Shown out{{}, wanted};
  std::size_t at = 0;
  for (std::string_view rest = all; !rest.empty() && at < wanted + widest_line;) {
    auto character = rest.substr(0, first_character(rest).bytes);
    if (at >= wanted) out.text += character;
    else out.first = at + columns(character);
    at += columns(character);
    rest.remove_prefix(character.size());
  }
  return out;
}

class Drawing {
public:
  Drawing(const Diagnostic &d, const Sources &sources, RenderOptions options) : d_(d), sources_(sources), paint_{options.color} {
    std::uint32_t widest = 0;
    for (auto &l : d.labels) widest = std::max(widest, sources.place(l.span.begin).line);
    gutter_ = fmt::format("{}", widest).size();
    bar_ = paint_("34", "|");
  }

  std::string draw() {
    auto &row = row_of(d_.kind);
    bool error = row.severity == Severity::error;
    tone_ = error ? "1;31" : "1;33";
    out_ = fmt::format("{}: {}\n", paint_(tone_, fmt::format("{}[{}]", error ? "error" : "warning", row.code)), paint_("1", visible(d_.message)));
    auto labels = d_.labels;
    auto own = sources_.of(d_.labels[0].span).base();
    auto order = [&](const Label &l) { // the text of the diagnostic first
      auto base = sources_.of(l.span).base();
      return std::make_tuple(base != own, base, l.span.begin);
    };
    std::stable_sort(labels.begin(), labels.end(), [&](auto &a, auto &b) { return order(a) < order(b); });
    for (std::size_t from = 0, to = 0; from < labels.size(); from = to) {
      while (to < labels.size() && &sources_.of(labels[to].span) == &sources_.of(labels[from].span)) ++to;
      text(sources_.of(labels[from].span), {labels.data() + from, labels.data() + to}, from == 0);
    }
    if (!d_.help.empty()) out_ += fmt::format("{:>{}} {} help: {}\n", "", gutter_, paint_("34", "="), visible(d_.help));
    return std::move(out_);
  }

private:
  // The labels of one text.
  void text(const Source &source, std::pair<const Label *, const Label *> labels, bool first) {
    auto at = source.place(first ? d_.labels[0].span.begin : labels.first->span.begin);
    out_ += fmt::format("{:>{}}{} {}:{}:{}\n", "", gutter_, paint_("34", first ? "-->" : ":::"), visible(source.name()), at.line, at.column);
    out_ += fmt::format("{:>{}} {}\n", "", gutter_, bar_);
    Shown part;
    std::uint32_t above = 0;
    for (auto *l = labels.first; l != labels.second; ++l) {
      auto number = source.place(l->span.begin).line;
      auto line = source.line(number);
      auto start = source.line_start(number);
      auto offset = std::min<std::size_t>(l->span.begin - start, line.size());
      auto before = columns(visible(line.substr(0, offset)));
      if (number != above) {
        if (above > 0 && above + 1 < number) out_ += fmt::format("{}\n", paint_("34", "..."));
        part = shown(line, before);
        out_ += fmt::format("{} {} {}\n", paint_("34", fmt::format("{:>{}}", number, gutter_)), bar_, part.text);
        above = number;
      }
      auto size = std::min<std::size_t>(l->span.end - l->span.begin, line.size() - offset);
      carets(*l, before - std::min(before, part.first), columns(visible(line.substr(offset, size))));
    }
  }

  void carets(const Label &l, std::size_t column, std::size_t size) {
    bool main = l.span == d_.labels[0].span;
    auto room = column < widest_line ? widest_line - column : 1;
    auto marks = std::string(std::clamp<std::size_t>(size, 1, room), main ? '^' : '-');
    out_ += fmt::format("{:>{}} {} {:>{}}{}\n", "", gutter_, bar_, "", column,
                        paint_(main ? tone_ : "34", l.text.empty() ? marks : marks + " " + visible(l.text)));
  }

  const Diagnostic &d_;
  const Sources &sources_;
  Paint paint_;
  const char *tone_ = "";
  std::string bar_, out_;
  std::size_t gutter_ = 1;
};

} // namespace

std::string render(const Diagnostic &d, const Sources &sources, RenderOptions options) { return Drawing(d, sources, options).draw(); }

std::string render_all(const Sink &sink, const Sources &sources, RenderOptions options) {
  std::string out;
  for (auto &d : sink.all()) out += render(d, sources, options) + "\n";
  return out;
}

} // namespace deal
