// Reasons in words: a line for each, indented under what it supports.
#include "driver/render.h"
#include "support/terminal.h"
#include "support/date.h"
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace deal::driver {

using session::Reason;

std::size_t width_of(int fd) {
  winsize size{};
  return isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40 ? size.ws_col : 120;
}

std::string wrapped(std::size_t indent, const std::string &text, std::size_t width) {
  std::string out(indent, ' ');
  std::size_t used = indent;
  for (std::size_t at = 0; at < text.size();) {
    auto end = std::min(text.find(' ', at), text.size());
    auto word = text.substr(at, end - at);
    auto size = columns(word);
    if (used > indent && used + 1 + size > width) out += "\n" + std::string(indent + 2, ' '), used = indent + 2;
    else if (at > 0) out += ' ', ++used;
    out += word;
    used += size;
    at = end + 1;
  }
  return out + "\n";
}

namespace {

std::string listed(const std::vector<std::string> &names) {
  std::string out;
  for (std::size_t k = 0; k < names.size(); ++k) out += (k == 0 ? "" : k + 1 == names.size() ? " and " : ", ") + names[k];
  return out;
}

std::string day(const Reason &r) { return r.on ? format_date(*r.on) : std::string(); }

// What a clause or a line came to.
std::string found(const Reason &r) {
  switch (r.found) {
  case Reason::no_value: return r.status == Status::unknown ? "not known" : std::string(status_word(r.status));
  case Reason::holds: return r.kind == Reason::exception ? "applies" : "holds";
  case Reason::fails: return r.kind == Reason::exception ? "does not apply" : "does not hold";
  case Reason::open: return r.on ? "open through " + day(r) : "open";
  case Reason::grants: return "grants it";
  case Reason::shuts_out: return "shuts others out";
  case Reason::yields: return "yields to " + listed(r.to);
  case Reason::runs: return "runs";
  case Reason::not_begun: return r.kind == Reason::clause ? "not in force before " + day(r) : r.on ? "begins on " + day(r) : "has not begun";
  case Reason::ended: return r.kind == Reason::clause ? "ended on " + day(r) : "ran through " + day(r);
  case Reason::performed: return "performed on " + day(r);
  case Reason::past: return "its last day, " + day(r) + ", is past";
  case Reason::elsewhere: return "speaks of " + listed(r.to);
  case Reason::excludes: return "excludes " + listed(r.to);
  default: return {};
  }
}

std::string badge(const Reason &r) { return r.badge ? session::words_of(*r.badge) : std::string(); }

std::string value(const Reason &r) {
  switch (r.found) {
  case Reason::no_value: return r.name + (r.status == Status::unknown ? " is not known" : ": " + std::string(status_word(r.status)));
  case Reason::happened: return r.name + " happened on " + day(r);
  case Reason::never: return r.name + " has not happened";
  case Reason::not_here: return r.name + " is given";
  default: break;
  }
  auto figure = r.type.base == ValueType::text ? "“" + r.words + "”" : session::for_people(r.type, r.number);
  return fmt::format("{} is {}{}{}", r.name, figure, r.since ? " since " + format_date(*r.since) : "", r.badge ? ": " + badge(r) : "");
}

std::string exception(const Reason &r) {
  return (r.name.empty() ? "the exception" : "exception " + r.name) + (r.row ? fmt::format(" (line {})", r.row) : "");
}

std::string clamp(const Reason &r) {
  auto side = r.name == "low" ? "at its low bound" : "at its high bound";
  return fmt::format("{}{}: {}{}", r.text.empty() ? "a bounded figure" : "`" + r.text + "`", r.row ? fmt::format(" (line {})", r.row) : "", side,
                     r.found == Reason::is ? ", " + session::for_people(r.type, r.number) : "");
}

std::string reading(const Reason &r) { return "under reading " + r.name + (r.title.empty() ? "" : " “" + r.title + "”"); }

class Text {
public:
  Text(std::size_t width, const std::vector<Reason> &list) : width_(width) {
    auto decides = [&](bool duty) {
      return std::any_of(list.begin(), list.end(), [&](auto &r) { return r.decides && (r.found == Reason::open) == duty && r.found != Reason::no_value; });
    };
    clash_ = decides(true) && decides(false);
    norms_ = std::any_of(list.begin(), list.end(), [](auto &r) { return r.decides; });
  }
  std::string out;

  void all(const std::vector<Reason> &list, std::size_t indent) {
    both(list, indent);
    for (auto &r : list) one(r, indent, applying(list) > 1);
  }

private:
  static std::ptrdiff_t applying(const std::vector<Reason> &list) {
    return std::count_if(list.begin(), list.end(), [](auto &r) { return r.kind == Reason::exception && r.found == Reason::holds; });
  }
  void put(std::size_t indent, const std::string &text) { out += wrapped(indent, text, width_); }
  // Exceptions that apply at once.
  void both(const std::vector<Reason> &list, std::size_t indent) {
    if (applying(list) < 2) return;
    std::vector<std::string> all, names;
    for (auto &r : list)
      if (r.kind == Reason::exception && r.found == Reason::holds) all.push_back(exception(r)), names.push_back(r.name.empty() ? "NAME" : r.name);
    put(indent, fmt::format("{}: {} {} apply; `prefer {} over {}`, or the other way round, would say which", text_of_first(list), listed(all),
                            all.size() == 2 ? "both" : "all", names[0], names[1]));
  }
  static std::string text_of_first(const std::vector<Reason> &list) {
    for (auto &r : list)
      if (r.kind == Reason::exception) return r.text;
    return {};
  }
  void one(const Reason &r, std::size_t indent, bool together) {
    switch (r.kind) {
    case Reason::clause: return clause(r, indent);
    case Reason::line: return line(r, indent);
    case Reason::exception:
      if (together && r.found == Reason::holds) return;
      return put(indent, exception(r) + ": " + found(r));
    case Reason::reading: return put(indent, reading(r) + (r.text.empty() ? "" : ": " + r.text));
    case Reason::clamp: return put(indent, clamp(r));
    case Reason::unspoken: return put(indent, "no clause speaks of " + r.name);
    case Reason::value: put(indent, value(r)); return all(r.under, indent + 2);
    }
  }
  void clause(const Reason &r, std::size_t indent) {
    auto what = found(r);
    auto under = indent + (norms_ ? 4 : 2);
    put(indent, fmt::format("{}{} {}{}{}{}", r.decides ? "→ " : norms_ ? "  " : "", r.sort, r.name, r.title.empty() ? "" : " (" + r.title + ")",
                            r.row && r.decides && clash_ ? fmt::format(" (line {})", r.row) : "", what.empty() ? "" : ": " + what));
    if (r.since && (r.decides || !r.under.empty())) put(under, "version of " + format_date(*r.since));
    if (r.badge && r.decides) put(under, "its sentence: " + badge(r));
    for (auto &t : r.texts) put(under, "“" + t.text + "”" + (t.source.empty() ? "" : " — " + t.source));
    all(r.under, under);
  }
  void line(const Reason &r, std::size_t indent) {
    auto *taken = !r.under.empty() && r.under[0].kind == Reason::reading ? &r.under[0] : nullptr;
    auto text = taken ? taken->text : r.text;
    auto lead = r.name == "pattern" ? std::string("its sentence names") : r.name;
    if (!text.empty() && !lead.empty()) text = " " + text;
    auto said = lead + (taken ? ", " + reading(*taken) + "," : "") + text;
    auto what = found(r);
    if (what.empty()) put(indent, said + (r.badge ? ": " + badge(r) : ""));
    else put(indent, said + (r.badge ? " (" + badge(r) + ")" : "") + ": " + what);
    for (auto &u : r.under)
      if (&u != taken) one(u, indent + 2, false);
  }

  std::size_t width_;
  bool norms_; // those that decide are marked
  bool clash_; // a duty meets a prohibition: where both stand
};

} // namespace

std::string text_of(const std::vector<Reason> &reasons, std::size_t width, std::size_t indent) {
  Text text(width, reasons);
  text.all(reasons, indent);
  return text.out;
}

std::string names_of(const interface::Interface &i, const std::vector<std::pair<int, int>> &taken, bool titles) {
  std::string out;
  for (auto [g, n] : taken) {
    auto &name = i.readings[static_cast<std::size_t>(g)][static_cast<std::size_t>(n)];
    out += (out.empty() ? "" : ", ") + name.name + (titles && !name.title.empty() ? " “" + name.title + "”" : "");
  }
  return out;
}

namespace {

std::string answer_line(const session::Subject &s, const session::Asked &a, const session::Told &t) {
  auto out = session::say(a, t.answer, s);
  if (!a.must)
    for (auto &name : t.by) out += (&name == &t.by.front() ? ", by " : ", ") + name;
  return out;
}

std::string settled(const session::Told &t, std::size_t indent, std::size_t width) {
  std::string names;
  for (auto &n : t.settled_by) names += (names.empty() ? "" : ", ") + n;
  return names.empty() ? names : wrapped(indent, "it would be settled by: " + names, width);
}

} // namespace

std::string text_of(const session::Subject &s, const session::Asked &a, const session::Told &t, bool explain, std::size_t width) {
  auto &i = s.interface();
  auto out = answer_line(s, a, t) + "\n" + settled(t, 2, width);
  if (t.readings.empty()) return out + (explain ? text_of(t.reasons, width, 2) : "");
  std::string options;
  for (auto &r : t.readings) {
    out += wrapped(2, "under " + names_of(i, r.taken, true) + ": " + answer_line(s, a, *r.told), width) + settled(*r.told, 4, width);
    if (explain) out += text_of(r.told->reasons, width, 4);
    for (auto &choice : r.taken) {
      auto name = "--reading " + names_of(i, {choice}, false);
      if ((options + ",").find(name + ",") == std::string::npos) options += (options.empty() ? "" : ", ") + name;
    }
  }
  return out + wrapped(2, "a reading is chosen by " + options, width);
}

} // namespace deal::driver
