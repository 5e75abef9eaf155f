// Which terms are worth one loop: those that compute something alike, a few at a time, so that they stay in registers.
#include "batch.h"
#include "codegen/emit.h"
#include <set>
#include <tuple>

namespace deal::codegen {

using namespace ir;

namespace {

// Equal values of all terms have one number.
class Numbering {
public:
  // Of what a function computes; what it only reads is not work.
  std::set<std::size_t> operator()(const MachineFunction &f) {
    std::set<std::size_t> work;
    std::vector<std::size_t> ids;
    for (auto &v : f.values) {
      std::vector<std::size_t> operands;
      for (auto o : v.operands) operands.push_back(ids[o.index]);
      auto id = numbers_.try_emplace({v.op, v.width, v.number, v.at, v.mode, v.factors, v.up, v.down, operands}, numbers_.size()).first->second;
      ids.push_back(id);
      if (v.op >= MachineOp::add && v.op != MachineOp::widen && v.op != MachineOp::narrow && v.op != MachineOp::assume) work.insert(id);
    }
    return work;
  }

private:
  using Key = std::tuple<MachineOp, int, Integer, Location, Rounding, std::size_t, Integer, Integer, std::vector<std::size_t>>;
  std::map<Key, std::size_t> numbers_;
};

} // namespace

bool is_wide(const MachineFunction &f) {
  return std::any_of(f.values.begin(), f.values.end(), [](auto &v) { return v.width > 32 && v.op != MachineOp::constant; });
}

std::vector<std::vector<std::size_t>> sharing(const std::vector<BatchTerm> &terms) {
  std::vector<std::vector<std::size_t>> out;
  Numbering numbers;
  std::map<std::size_t, std::size_t> owners; // of a value, the set that computes it, and has room
  for (std::size_t t = 0; t < terms.size(); ++t) {
    if (!terms[t].known || !terms[t].masked) continue;
    auto work = numbers(*terms[t].known);
    auto joins = [&](std::size_t set) { return out[set].size() < deal_most_terms && is_wide(*terms[out[set][0]].known) == is_wide(*terms[t].known); };
    auto with = std::find_if(work.begin(), work.end(), [&](auto n) { return owners.count(n) && joins(owners[n]); });
    auto set = with == work.end() ? out.size() : owners[*with];
    if (set == out.size()) out.emplace_back();
    out[set].push_back(t);
    for (auto n : work) owners[n] = set;
  }
  std::erase_if(out, [](auto &set) { return set.size() < 2; });
  return out;
}

} // namespace deal::codegen
