// The main loops, for counting instructions: `loops LIBRARY columns|ledger|portfolio|calls TIMES`. The difference of two counts is one time.
#include "workload.h"

using namespace deal::bench;
using deal::interface::read_descriptor;

int main(int argc, char **argv) {
  if (argc != 4) stop("loops LIBRARY columns|ledger|portfolio|calls TIMES");
  constexpr std::int64_t n = 50'000;
  Library library(argv[1]);
  std::string what = argv[2];
  auto times = std::stoi(argv[3]);
  auto interface = *read_descriptor(library.get<const char>("Bench_descriptor"));
  Data d(n);
  auto room = [](const deal::interface::Layout &layout) { return std::vector<std::uint8_t>(layout.size + 8); };
  Bench bench{{},
              true,
              {},
              library,
              library,
              library,
              interface,
              {},
              room(interface.parameter_layout),
              room(interface.state_layout),
              room(interface.fact_layout),
              {},
              library.get<Entry>("Bench_batch")};
  for (std::size_t t = 0; t < interface.terms.size(); ++t) bench.terms[interface.terms[t].name] = t;
  if (what == "columns") {
    Outputs out(n);
    Work work(bench, d, out);
    for (int k = 0; k < times; ++k)
      if (bench.entry(&work.batch, work.wanted.data()) != 0) stop("a row has a status");
  } else if (what == "calls") {
    Data one(1);
    auto *share = library.get<Term>("Bench_Q2");
    std::int64_t value, sum = 0;
    for (int k = 0; k < times; ++k)
      for (std::int64_t i = 0; i < n; ++i)
        share(bench.parameters.data(), bench.facts_of_none.data(), bench.readings, nullptr, nullptr, 0, &value), sum += value;
    if (sum != 0) stop("an unknown amount has a value");
  } else {
    std::int64_t instances = what == "ledger" ? 1 : n / 10;
    Reports reports(bench, d, instances);
    for (int k = 0; k < times; ++k) {
      reports.start();
      if (reports.run(&reports.ledger) != 0) stop("a row has a status");
    }
  }
}
