// The table of docs/performance.md: this compiler's code beside the code by hand, in alternating runs, verified first.
#include "workload.h"
#include <fstream>
#include <sstream>

using namespace deal;
using namespace deal::bench;

namespace {

std::string read(const std::string &path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream s;
  s << in.rdbuf();
  return s.str();
}

} // namespace

int main(int argc, char **argv) {
  if (argc < 5) stop("bench ROOT BENCH.so BENCH_HERE.so BY_HAND.so [--json FILE] [--quick] [--peers FOLDER]");
  std::string json, root = argv[1], others;
  bool quick = false;
  for (int k = 5; k < argc; ++k) {
    std::string word = argv[k];
    if (word == "--json" && k + 1 < argc) json = argv[++k];
    if (word == "--peers" && k + 1 < argc) others = argv[++k];
    quick |= word == "--quick";
  }
  if (quick) rounds = 5;
  Sink sink;
  auto compiled = session::compile(Source("bench.deal", read(root + "/tests/golden/deals/bench.deal")), sink);
  if (sink.failed()) stop("the deal does not check");
  Library ours(argv[2]);
  auto interface = *interface::read_descriptor(ours.get<const char>("Bench_descriptor"));
  std::map<std::string, std::size_t> terms;
  for (std::size_t t = 0; t < interface.terms.size(); ++t) terms[interface.terms[t].name] = t;
  auto room = [](const interface::Layout &layout) { return std::vector<std::uint8_t>(layout.size + 8); };
  auto parameters = room(interface.parameter_layout), state = room(interface.state_layout), facts = room(interface.fact_layout);
  auto *entry = ours.get<Entry>("Bench_batch");
  Bench bench{root, quick, std::move(compiled), ours, Library(argv[3]), Library(argv[4]), interface, terms, parameters, state, facts, {}, entry};
  head("", "ns");
  columns(bench);
  ledgers(bench);
  calls(bench);
  tool(bench);
  desk(bench);
  if (!others.empty()) peers(bench, others);
  if (!json.empty()) write_json(json);
}
