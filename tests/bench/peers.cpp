// Others at the same work, each in a process of its own; they and we take turns.
#include "process.h"
#include "workload.h"
#include <fstream>

namespace deal::bench {

void peers(Bench &bench, const std::string &folder) {
  auto &root = bench.root;
  auto *entry = bench.entry;
  head("others (no target, but the tables)", "ns");
  for (std::int64_t n : {std::int64_t{1'000'000}, std::int64_t{10'000}, std::int64_t{300}}) {
    Data d(n);
    auto text = fmt::format("{}/rows-{}", folder, n);
    {
      std::ofstream csv(text + ".csv"), json(text + ".ndjson");
      csv << "on,gross,so_far,on_azure,supported,declines\n";
      auto amount = [](std::int64_t cents) { return fmt::format("{}.{:02}", cents / 100, cents % 100); };
      for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
        auto on = format_date(d.date[i]);
        csv << fmt::format("{},{},{},{},{},{}\n", on, amount(d.gross[i]), amount(d.so_far[i]), d.on_azure[i] != 0, d.supported[i] != 0,
                           d.declines[i] != 0);
        json << fmt::format("{{\"on\":\"{}\",\"gross\":{},\"so_far\":{},\"on_azure\":{},\"supported\":{},\"declines\":{}}}\n", on, amount(d.gross[i]),
                            amount(d.so_far[i]), d.on_azure[i] != 0, d.supported[i] != 0, d.declines[i] != 0);
      }
    }
    Outputs a(n);
    Work work(bench, d, a);
    auto run_ours = [&] {
      if (entry(&work.batch, work.wanted.data()) != 0) stop("a row has a status");
    };
    run_ours();
    auto count = [](const std::vector<std::uint8_t> &v) { return std::count(v.begin(), v.end(), 1); };
    std::int64_t sum = 0;
    for (auto x : a.share) sum += x;
    auto sums = fmt::format("{} {} {} {}", count(a.active), count(a.exclusive), sum, count(a.first));
    auto rows = static_cast<double>(n);
    auto beside = [&](const std::string &name, const std::vector<std::string> &words, std::optional<double> target, auto ours_once) {
      Peer peer(words);
      if (auto ready = peer.ask("run"); ready != "done") {
        fmt::print("{:<58} not measured: {}\n", name, ready.empty() ? "it does not start" : ready);
        return;
      }
      if (auto found = peer.ask("sums"); found != sums) stop(fmt::format("{} answers otherwise: {} for {}", name, found, sums));
      auto times = std::exchange(rounds, bench.quick ? 1 : 3);
      compare(name, target, rows, 0, ours_once, [&] { peer.ask("run"); });
      rounds = times;
    };
    auto script = [&](const std::string &file) { return folder + "/" + file; };
    auto in_and_out = [&](const std::string &ending, const std::string &threads) {
      return [&, ending, threads] {
        std::vector<std::string> words{
            root + "/build/deal", "eval", root + "/tests/golden/deals/bench.deal", "Q1.active", "Q1.exclusive", "Q2", "Q3", "--rows", text + ending,
            "--threads",          threads};
        if (command(words, folder + "/answers") != 0) stop("deal eval --rows fails");
      };
    };
    auto named = [&](const std::string &who) { return fmt::format("{}, {} rows", who, n); };
    if (n >= 1'000'000) {
      for (std::string threads : {"1", "2"}) {
        beside(named("batch: DuckDB, threads " + threads), {"node", script("duckdb.mjs"), folder, text, threads, "memory"}, {}, run_ours);
        for (std::string ending : {".csv", ".ndjson"})
          beside(named(fmt::format("table in, table out, {}: DuckDB, threads {}", ending.substr(1), threads)),
                 {"node", script("duckdb.mjs"), folder, text, threads, ending.substr(1)}, 1.0, in_and_out(ending, threads));
      }
      beside(named("batch: NumPy"), {"/usr/bin/python3", script("numpy_rows.py"), text}, {}, run_ours);
      beside(named("batch: PostgreSQL"), {"bash", script("postgresql"), text, folder}, {}, run_ours);
    } else if (n >= 10'000) {
      beside(named("batch: cel-js"), {"node", script("cel.mjs"), folder, text}, {}, run_ours);
    } else {
      beside(named("batch: Accord Ergo"), {"node", script("ergo.mjs"), folder, text}, {}, run_ours);
    }
  }
}

} // namespace deal::bench
