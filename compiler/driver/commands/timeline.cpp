// The versions and the state of every license, drawn over time; every change stands beside it with its day.
#include "driver/commands/commands.h"
#include "driver/ledger.h"
#include "driver/render.h"
#include "session/refusal.h"
#include "support/date.h"
#include "support/terminal.h"
#include <iostream>
#include <unistd.h>

namespace deal::driver {
namespace {

enum class State : std::uint8_t { inactive, active, exclusive, unknown };
struct Look {
  const char *cell, *legend, *dates; // dates: none where nobody lists them
};
constexpr Look looks[] = {{"·", "not active", nullptr},
                          {"░", "active, not exclusive", "active, not exclusive"},
                          {"█", "exclusive or sole", "exclusive or sole"},
                          {"?", "not known", "not known"}};
constexpr const char *mixed = "▞";

const Look &look(State s) { return looks[static_cast<std::size_t>(s)]; }
int year_of(std::int32_t day) { return static_cast<int>(civil(day).year()); }
std::int32_t first_of(int year, int month) { return *day_of(year, static_cast<unsigned>(month), 1); }

// A license, and from which day on it stood how. The first stands since before what is looked at.
struct Line {
  const interface::ClauseInfo *clause;
  std::size_t active, exclusive; // its terms
  std::vector<std::pair<std::int32_t, State>> changes;

  State on(std::int32_t day) const {
    auto at = changes.begin();
    while (at + 1 != changes.end() && (at + 1)->first <= day) ++at;
    return at->second;
  }
  bool changes_within(std::int32_t first, std::int32_t last) const {
    return std::any_of(changes.begin(), changes.end(), [&](auto &c) { return first < c.first && c.first <= last; });
  }
};

class Timeline {
public:
  Timeline(Subject &s, const Given &given) : s_(s), i_(s.interface()), instance_(i_, s.running->code), width_(width_of(STDOUT_FILENO)) {
    apply_given(s, given, instance_);
    for (auto &c : i_.clauses) {
      for (auto &v : c.versions)
        if (v.from != INT32_MIN) marks_.insert(v.from);
      if (says(c.kind) == Says::grant) lines_.push_back({&c, term(c.name + ".active"), term(c.name + ".exclusive"), {}});
    }
    label_ = deal::columns("versions");
    for (auto &line : lines_) label_ = std::max(label_, deal::columns(line.clause->name));
    walk(given);
    scale();
  }

  void draw() const {
    if (lines_.empty()) {
      std::cout << "no license and no exclusivity: nothing to draw\n";
      return;
    }
    std::string ruler, marks;
    for (int cell = 0; cell < cells(); cell += 4) ruler += fmt::format("'{:02} ", (first_year_ + cell / per_year_) % 100);
    row("", " " + ruler);
    for (auto &line : lines_) row(line.clause->name, bar(line));
    for (int cell = 0; cell < cells(); ++cell) {
      auto [first, last] = days(cell);
      auto at = marks_.lower_bound(first);
      marks += at != marks_.end() && *at <= last ? "^" : " ";
    }
    row("versions", " " + marks);
    std::cout << "\n";
    for (auto &line : lines_) std::cout << wrapped(0, line.clause->name + ": " + dates(line), width_);
    std::string versions;
    for (auto day : marks_) versions += (versions.empty() ? "versions begin on " : ", ") + format_date(day);
    if (!versions.empty()) std::cout << wrapped(0, versions, width_);
    std::string legend;
    for (auto &l : looks) legend += fmt::format("{} {}; ", l.cell, l.legend);
    std::cout << wrapped(0, fmt::format("{}{} changes within the cell; ^ a version begins; ← → it goes on beyond", legend, mixed), width_);
  }

private:
  std::size_t term(const std::string &name) const {
    std::size_t t = 0;
    while (t < i_.terms.size() && i_.terms[t].name != name) ++t;
    return t;
  }

  State state(const Line &line, std::int32_t day) {
    auto active = instance_.ask(line.active, day), exclusive = instance_.ask(line.exclusive, day);
    if (active.status != Status::ok) return State::unknown;
    if (active.value == 0) return State::inactive;
    if (exclusive.status != Status::ok) return State::unknown;
    return exclusive.value != 0 ? State::exclusive : State::active;
  }

  // Day by day, with what was reported by then.
  void walk(const Given &given) {
    auto from = first_of(marks_.empty() ? 1970 : year_of(*marks_.begin()), 1) - 1;
    auto through = first_of(marks_.empty() ? 2100 : year_of(*marks_.rbegin()) + 40, 1) - 1;
    std::optional<Ledger> ledger;
    if (!given.events.empty()) ledger.emplace(s_, given.events, given.keep);
    auto next = ledger ? ledger->next() : std::nullopt;
    auto report = [&] {
      auto status = instance_.apply(row_of(s_.model(), *next));
      if (status != Status::ok) throw Stop{ledger->place() + "the row is refused: " + refusal(i_, row_of(s_.model(), *next), status)};
      next = ledger->next();
    };
    for (auto day = from; day <= through; ++day) {
      while (next && next->on <= day) report();
      for (auto &line : lines_)
        if (auto now = state(line, day); line.changes.empty() || line.changes.back().second != now) line.changes.emplace_back(day, now);
    }
    while (next) report();
    scanned_ = through;
  }

  // The years from the first change to the last, in quarters, halves or whole years: what fits; what does not is cut off, with an arrow.
  void scale() {
    auto first = marks_.empty() ? scanned_ : *marks_.begin(), last = marks_.empty() ? 0 : *marks_.rbegin();
    for (auto &line : lines_)
      for (auto at = line.changes.begin() + 1; at < line.changes.end(); ++at) first = std::min(first, at->first), last = std::max(last, at->first);
    if (first > last) first = last = first_of(2026, 1);
    first_year_ = year_of(first);
    years_ = year_of(last) - first_year_ + 2;
    auto room = static_cast<int>(width_ - label_ - 4);
    for (per_year_ = 4; per_year_ > 1 && years_ * per_year_ > room; per_year_ /= 2) {}
    years_ = std::min(years_, room / per_year_);
  }

  int cells() const { return years_ * per_year_; }
  std::pair<std::int32_t, std::int32_t> days(int cell) const {
    auto begin = [&](int n) { return first_of(first_year_ + n / per_year_, n % per_year_ * (12 / per_year_) + 1); };
    return {begin(cell), begin(cell + 1) - 1};
  }

  std::string bar(const Line &line) const {
    auto beyond = [&](std::int32_t day) { return line.on(day) == State::active || line.on(day) == State::exclusive; };
    std::string out = beyond(days(0).first - 1) ? "←" : " ";
    for (int cell = 0; cell < cells(); ++cell) {
      auto [first, last] = days(cell);
      out += line.changes_within(first, last) ? mixed : look(line.on(first)).cell;
    }
    return out + (beyond(days(cells() - 1).second + 1) ? "→" : "");
  }

  std::string dates(const Line &line) const {
    std::string out;
    for (auto at = line.changes.begin(); at != line.changes.end(); ++at) {
      auto *words = look(at->second).dates;
      if (!words) continue;
      auto next = at + 1;
      out += out.empty() ? "" : "; ";
      out += words;
      if (at != line.changes.begin()) out += " from " + format_date(at->first);
      if (next != line.changes.end()) out += " through " + format_date(next->first - 1);
      else if (at == line.changes.begin()) out += " throughout";
      else out += " on";
    }
    return out.empty() ? "not active" : out;
  }

  void row(const std::string &name, std::string text) const {
    text.resize(text.find_last_not_of(' ') + 1);
    std::cout << name << std::string(label_ - deal::columns(name), ' ') << " " << text << "\n";
  }

  Subject &s_;
  const interface::Interface &i_;
  host::Instance instance_;
  std::vector<Line> lines_;
  std::set<std::int32_t> marks_;
  std::size_t width_, label_ = 0;
  std::int32_t scanned_ = 0;
  int first_year_ = 0, years_ = 0, per_year_ = 4;
};

} // namespace

int timeline_command(const std::string &file, const Given &given) {
  auto s = open_subject(file);
  make_code(s, lower::Request{}, 0);
  Timeline(s, given).draw();
  return 0;
}

} // namespace deal::driver
