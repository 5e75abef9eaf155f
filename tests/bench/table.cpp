#include "table.h"
#include <fstream>
#include <nlohmann/json.hpp>

namespace deal::bench {

std::vector<Row> table;
int rounds = 15;

double median(std::vector<double> v) {
  std::sort(v.begin(), v.end());
  return v[v.size() / 2];
}

void stop(const std::string &why) {
  fmt::print(stderr, "{}\n", why);
  std::exit(1);
}

void head(const std::string &title, const std::string &unit) {
  fmt::print("{}{:<58} {:>9} {:>9} {:>7} {:>9} {:>9}\n", table.empty() ? "" : "\n", title, "ratio", "least", "target", "ours " + unit,
             "theirs " + unit);
}

void add(Row r) {
  auto ratio = [](double x) { return x < 0.01 ? fmt::format("{:.2g}", x) : fmt::format("{:.2f}", x); };
  fmt::print("{:<58} {:>9} {:>9} {:>7} {:>9.2f} {:>9.2f} {:>9.0f} M/s {:>6.1f} GB/s\n", r.name, ratio(r.ratio), ratio(r.ratio_min),
             r.target ? fmt::format("{:.2f}", *r.target) : "", r.ours_ns, r.theirs_ns, r.rows_per_s / 1e6, r.gb_per_s);
  std::fflush(stdout);
  table.push_back(std::move(r));
}

void put(const std::string &name, double ours, double theirs, std::optional<double> target) {
  Row r{name, ours / theirs, ours / theirs, 1 / ours, 0, ours * 1e3, theirs * 1e3, target};
  fmt::print("{:<58} {:>9.2f} {:>9.2f} {:>7} {:>9.1f} {:>9.1f}\n", r.name, r.ratio, r.ratio_min, target ? fmt::format("{:.2f}", *target) : "",
             r.ours_ns, r.theirs_ns);
  std::fflush(stdout);
  table.push_back(std::move(r));
}

void write_json(const std::string &path) {
  auto all = nlohmann::ordered_json::array();
  for (auto &r : table) {
    nlohmann::ordered_json j;
    j["name"] = r.name, j["ratio"] = r.ratio, j["ratio_min"] = r.ratio_min;
    j["target"] = r.target ? nlohmann::ordered_json(*r.target) : nullptr;
    j["rows_per_s"] = r.rows_per_s, j["gb_per_s"] = r.gb_per_s;
    all.push_back(j);
  }
  std::ofstream out(path);
  out << all.dump(2) << "\n";
  out.close();
  if (!out) stop("cannot write " + path);
}

} // namespace deal::bench
