// The table that is printed: ours beside theirs, in alternating runs; each row is as performance.md asks for it.
#pragma once
#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <vector>

namespace deal::bench {

inline double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }
double median(std::vector<double>);
[[noreturn]] void stop(const std::string &why);

struct Row {
  std::string name;
  double ratio = 0, ratio_min = 0, rows_per_s = 0, gb_per_s = 0, ours_ns = 0, theirs_ns = 0;
  std::optional<double> target;
};
extern std::vector<Row> table;
extern int rounds;
void head(const std::string &title, const std::string &unit);
void add(Row);                                                                               // nanoseconds a unit
void put(const std::string &name, double ours, double theirs, std::optional<double> target); // seconds of whole commands
void write_json(const std::string &path);

// Alternating: ours, theirs, ours, theirs. Units: what a run works through; bytes: what it moves; `prepare` is not timed.
template <class A, class B, class P = void (*)()> void compare(
    const std::string &name, std::optional<double> target, double units, double bytes, A ours, B theirs, P prepare = [] {}) {
  std::vector<double> a, b, ratios;
  prepare(), ours(), theirs();
  for (int k = 0; k < rounds; ++k) {
    prepare();
    auto t0 = now();
    ours();
    auto t1 = now();
    prepare();
    auto t2 = now();
    theirs();
    auto t3 = now();
    a.push_back(t1 - t0), b.push_back(t3 - t2), ratios.push_back((t1 - t0) / (t3 - t2));
  }
  auto least = *std::min_element(a.begin(), a.end()), least_b = *std::min_element(b.begin(), b.end());
  Row r{name, median(ratios), least / least_b, units / median(a), bytes / median(a) / 1e9, least / units * 1e9, least_b / units * 1e9, target};
  add(r);
}

} // namespace deal::bench
