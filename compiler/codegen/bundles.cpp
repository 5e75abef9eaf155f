// Which functions are made as one: what LLVM does for a function costs more than what it does for a few values of it.
#include "codegen/emit.h"
#include "codegen/target.h"
#include <algorithm>

namespace deal::codegen {

using namespace ir;

namespace {

constexpr std::size_t few_entries = 64; // of a library: below, each is a function of its own, and a call is all that counts
constexpr std::size_t small = 200;      // values of an entry that is worth no function
constexpr std::size_t most = 1500;      // values of a bundle

bool is_small_entry(const MachineFunction &f) { return (f.shape == Shape::term || f.shape == Shape::step) && f.values.size() <= small; }

} // namespace

bool is_bundled(const Bundle &b) { return b.size() > 1 || b.front()->shape == Shape::definition; }

std::string symbol_of(const Bundle &b) { return is_bundled(b) ? b.front()->symbol + ".cases" : b.front()->symbol; }

std::vector<Bundle> bundles(const std::vector<MachineFunction> &functions, const EmitOptions &o) {
  auto entries = static_cast<std::size_t>(std::count_if(functions.begin(), functions.end(), is_small_entry));
  std::vector<Bundle> out;
  struct Open {
    std::size_t bundle, values;
  };
  std::map<std::pair<Shape, bool>, Open> open;
  for (auto &f : functions) {
    bool joins = f.shape == Shape::definition || (o.exported && entries > few_entries && is_small_entry(f));
    auto at = open.find({f.shape, f.traced});
    if (joins && at != open.end() && at->second.values + f.values.size() <= most) {
      out[at->second.bundle].push_back(&f);
      at->second.values += f.values.size();
      continue;
    }
    if (joins) open[{f.shape, f.traced}] = {out.size(), f.values.size()};
    out.push_back({&f});
  }
  return out;
}

// Of entries in a bundle: two instructions each, which say the case. `aliases`: of a function, another name.
std::string entries_of(const Bundle &b, const std::map<std::string, std::string> &aliases) {
  std::string out;
  if (!is_bundled(b) || b.front()->shape == Shape::definition) return out;
  for (std::size_t k = 0; k < b.size(); ++k) {
    std::vector<std::string> names{b[k]->symbol};
    if (auto alias = aliases.find(names[0]); alias != aliases.end()) names.push_back(alias->second);
    out += target.case_entry(names, k, symbol_of(b));
  }
  return out;
}

} // namespace deal::codegen
