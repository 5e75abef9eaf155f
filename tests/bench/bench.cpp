// The table of docs/performance.md: this compiler's code beside the code by hand, in alternating runs, verified first.
#include "ledger.h"
#include "codegen/descriptor.h"
#include "driver/session.h"
#include "oracle/oracle.h"
#include "support/date.h"
#include <algorithm>
#include <chrono>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <filesystem>
#include <spawn.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

using namespace deal;

namespace {

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }
double median(std::vector<double> v) {
  std::sort(v.begin(), v.end());
  return v[v.size() / 2];
}

struct Row {
  std::string name;
  double ratio = 0, ratio_min = 0, rows_per_s = 0, gb_per_s = 0, ours_ns = 0, theirs_ns = 0;
  std::optional<double> target;
};
std::vector<Row> table;
int rounds = 15;

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
  fmt::print("{:<58} {:>7.2f} {:>7.2f} {:>7} {:>9.2f} {:>9.2f} {:>9.0f} M/s {:>6.1f} GB/s\n", r.name, r.ratio, r.ratio_min,
             target ? fmt::format("{:.2f}", *target) : "", r.ours_ns, r.theirs_ns, r.rows_per_s / 1e6, r.gb_per_s);
  std::fflush(stdout);
  table.push_back(r);
}

[[noreturn]] void stop(const std::string &why) {
  fmt::print(stderr, "{}\n", why);
  std::exit(1);
}

struct Library {
  void *handle;
  explicit Library(const std::string &path) : handle(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (!handle) stop(dlerror());
  }
  template <class F> F *get(const char *symbol) const {
    auto *at = dlsym(handle, symbol);
    if (!at) stop(fmt::format("no {}", symbol));
    return reinterpret_cast<F *>(at);
  }
};

struct Data {
  std::int64_t n;
  std::vector<std::int32_t> date;
  std::vector<std::int64_t> gross, so_far, both_signs;
  std::vector<std::uint8_t> on_azure, supported, declines;
  explicit Data(std::int64_t rows) : n(rows) {
    std::mt19937_64 random(42);
    auto first = *parse_date("2025-01-01"), last = *parse_date("2034-12-31");
    auto wide = [&](double top) { return static_cast<std::int64_t>(std::exp(std::log(top) * std::generate_canonical<double, 53>(random))); };
    for (std::int64_t i = 0; i < n; ++i) {
      date.push_back(first + static_cast<std::int32_t>(random() % static_cast<std::uint64_t>(last - first + 1)));
      gross.push_back(wide(2e12));
      both_signs.push_back(gross.back() * (random() % 2 ? 1 : -1));
      so_far.push_back(wide(4e12));
      on_azure.push_back(random() % 2), supported.push_back(random() % 2), declines.push_back(random() % 2);
    }
  }
};

struct Outputs {
  std::vector<std::uint8_t> active, exclusive, first;
  std::vector<std::int64_t> share;
  explicit Outputs(std::int64_t n)
      : active(static_cast<std::size_t>(n)), exclusive(static_cast<std::size_t>(n)), first(static_cast<std::size_t>(n)),
        share(static_cast<std::size_t>(n)) {}
  friend bool operator==(const Outputs &, const Outputs &) = default;
};

std::string read(const std::string &path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream s;
  s << in.rdbuf();
  return s.str();
}

using ByHand = void(std::int64_t, const std::int32_t *, const std::int64_t *, const std::int64_t *, const std::uint8_t *, const std::uint8_t *,
                    const std::uint8_t *, std::uint8_t *, std::uint8_t *, std::int64_t *, std::uint8_t *);
using Entry = std::int64_t(const deal_batch *, const deal_output *);
using Term = std::int32_t(const void *, const void *, const std::uint8_t *, const void *, const void *, std::int32_t, void *);

// ---- the tool: whole commands, each a fresh process ----

int command(const std::vector<std::string> &words) {
  posix_spawn_file_actions_t quiet;
  posix_spawn_file_actions_init(&quiet);
  for (int fd : {1, 2}) posix_spawn_file_actions_addopen(&quiet, fd, "/dev/null", O_WRONLY, 0);
  std::vector<char *> argv;
  for (auto &w : words) argv.push_back(const_cast<char *>(w.c_str()));
  argv.push_back(nullptr);
  pid_t child = 0;
  int failed = posix_spawnp(&child, argv[0], &quiet, nullptr, argv.data(), environ), status = 0;
  posix_spawn_file_actions_destroy(&quiet);
  if (failed) return -1;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
double seconds(const std::vector<std::string> &words, int times) {
  std::vector<double> all;
  for (int k = 0; k < times; ++k) {
    auto from = now();
    if (command(words) != 0) stop("a command failed: " + words[0] + " " + words[1]);
    all.push_back(now() - from);
  }
  return median(all);
}
void put(const std::string &name, double ours, double theirs, std::optional<double> target) {
  Row r{name, ours / theirs, ours / theirs, 1 / ours, 0, ours * 1e3, theirs * 1e3, target};
  fmt::print("{:<58} {:>7.2f} {:>7.2f} {:>7} {:>6.1f} ms {:>6.1f} ms\n", r.name, r.ratio, r.ratio_min, target ? fmt::format("{:.2f}", *target) : "",
             r.ours_ns, r.theirs_ns);
  std::fflush(stdout);
  table.push_back(r);
}

// So many clauses, half definitions and half licenses, and the same in C.
void write_many(const std::string &folder, int n) {
  std::ofstream deal(folder + "/many.deal"), c(folder + "/many.c");
  deal << "deal Many \"many clauses\" effective 2026-01-01\ncurrency USD\nround half even\nparty A, B\nasset ip\nfact gross: money\nfact ok: "
          "boolean\n";
  c << "#include <stdint.h>\n#include <stdlib.h>\n";
  for (int k = 0; k < n; ++k) {
    if (k % 2 == 0) {
      deal << fmt::format("define d{}: money = if today <= 2030-12-31 and ok then {}% * gross else {} USD\n", k, k % 90 + 1, k);
      c << fmt::format(
          "int32_t d{0}(int32_t today, const int64_t *gross, const uint8_t *known, uint8_t ok, int64_t *out) {{\n  int64_t n = *gross * {1}, q = n / "
          "100, r = llabs(n % 100);\n  if (2 * r > 100 || (2 * r == 100 && (q & 1))) q += n < 0 ? -1 : 1;\n  if (!known[0] || !known[1]) return "
          "*out = 0, 1;\n  if (llabs(*gross) > 999999999999999999) return *out = 0, 8;\n  return *out = today <= 22279 && ok ? q : {2}, 0;\n}}\n",
          k, k % 90 + 1, k * 100);
    } else {
      deal << fmt::format("license L{} {{\n  A grants B a license to ip\n  non-exclusive\n  term from 2026-01-01 through {}-12-31\n}}\n", k,
                          2027 + k % 20);
      for (auto *word : {"active", "exclusive"})
        c << fmt::format("int32_t L{}_{}(int32_t today, uint8_t *out) {{ return *out = today >= 20454 && today <= {}{}, 0; }}\n", k, word,
                         21183 + k % 20 * 365, *word == 'e' ? " && 0" : "");
    }
  }
}

void tool(const std::string &deal, const std::string &root, bool quick) {
  auto name = (std::filesystem::temp_directory_path() / "deal-bench-XXXXXX").string();
  std::string folder = mkdtemp(name.data());
  auto times = quick ? 7 : 21;
  auto example = root + "/examples/partnership/partnership.deal", out = folder + "/out.so";
  fmt::print("\n{:<58} {:>7} {:>7} {:>7} {:>9} {:>9}\n", "whole commands (beside their targets in milliseconds)", "ratio", "", "target", "ours",
             "target");
  put("deal check, the partnership", seconds({deal, "check", example}, times), 0.006, 1.0);
  put("deal eval, the partnership", seconds({deal, "eval", example, "ModelsAndProducts.exclusive", "--on", "2027-01-01"}, times), 0.015, 1.0);
  put("deal build -O0, the partnership", seconds({deal, "build", example, "-O0", "-o", out}, times), 0.012, 1.0);
  put("deal build -O2, the partnership", seconds({deal, "build", example, "-O2", "-o", out}, times), 0.025, 1.0);
  auto many = quick ? 2'000 : 10'000;
  write_many(folder, many);
  auto share = many / 10'000.0;
  put(fmt::format("deal check, {} clauses", many), seconds({deal, "check", folder + "/many.deal"}, 3), 1.0 * share, 1.0);
  put(fmt::format("deal build -O0, {} clauses", many), seconds({deal, "build", folder + "/many.deal", "-O0", "-o", out}, 1), 1.5 * share, 1.0);
  auto clang = seconds({"clang-19", "-O2", "-shared", "-fPIC", folder + "/many.c", "-o", folder + "/many.so"}, 1);
  put(fmt::format("deal build -O2, {} clauses (clang-19 -O2 on C)", many), seconds({deal, "build", folder + "/many.deal", "-O2", "-o", out}, 1),
      clang, 0.5);
  fmt::print("\nstart to the first answer, beside others (no target)\n");
  auto ours = seconds({deal, "eval", example, "ModelsAndProducts.exclusive", "--on", "2027-01-01"}, times);
  for (auto &[program, words] : std::vector<std::pair<std::string, std::vector<std::string>>>{{"sqlite3", {"sqlite3", ":memory:", "select 20*5"}},
                                                                                              {"python3", {"python3", "-c", "print(20*5)"}},
                                                                                              {"node", {"node", "-e", "console.log(20*5)"}}})
    if (command(words) == 0) put("start, " + program, ours, seconds(words, times), std::nullopt);
  std::filesystem::remove_all(folder);
}

} // namespace

int main(int argc, char **argv) {
  if (argc < 5) stop("bench ROOT BENCH.so BENCH_V4.so BY_HAND.so [--json FILE] [--quick]");
  std::string json, root = argv[1];
  bool quick = false;
  for (int k = 5; k < argc; ++k) {
    if (!std::strcmp(argv[k], "--json") && k + 1 < argc) json = argv[++k];
    if (!std::strcmp(argv[k], "--quick")) quick = true;
  }
  if (quick) rounds = 5;
  Sink sink;
  auto compiled = driver::compile(Source("bench.deal", read(root + "/tests/golden/deals/bench.deal")), sink);
  if (!compiled) stop("the deal does not check");
  auto &m = compiled->program.model;
  Library ours(argv[2]), built_for_this(argv[3]), theirs(argv[4]);
  auto described = codegen::read_descriptor(ours.get<const char>("Bench_descriptor"));
  auto &interface = *described;
  std::map<std::string, std::size_t> terms;
  for (std::size_t t = 0; t < interface.terms.size(); ++t) terms[interface.terms[t].name] = t;
  std::vector<std::uint8_t> parameters(interface.parameter_layout.size + 8), state(interface.state_layout.size + 8);
  std::vector<std::uint8_t> facts_of_none(interface.fact_layout.size + 8);
  std::uint8_t readings[8] = {};
  auto *entry = ours.get<Entry>("Bench_batch");

  fmt::print("{:<58} {:>7} {:>7} {:>7} {:>9} {:>9}\n", "", "ratio", "least", "target", "ours ns", "theirs ns");
  for (std::int64_t n : {std::int64_t{1'000'000}, std::int64_t{10'000'000}}) {
    if (quick && n > 1'000'000) n = 4'000'000;
    Data d(n);
    auto millions = fmt::format("{} M rows", n / 1'000'000);
    std::map<std::string, const void *> columns{{"gross", d.gross.data()},
                                                {"so_far", d.so_far.data()},
                                                {"on_azure", d.on_azure.data()},
                                                {"supported", d.supported.data()},
                                                {"declines", d.declines.data()}};
    std::vector<deal_column> facts;
    for (auto &s : interface.fact_layout.slots) facts.push_back(deal_column{columns.at(s.name), nullptr, 0});
    deal_batch batch{n, parameters.data(), nullptr, readings, state.data(), 0, nullptr, facts.data(), nullptr, d.date.data()};
    Outputs a(n), b(n);
    std::vector<deal_output> wanted(interface.terms.size());
    wanted[terms.at("Q1.active")].values = a.active.data();
    wanted[terms.at("Q1.exclusive")].values = a.exclusive.data();
    wanted[terms.at("Q2")].values = a.share.data();
    wanted[terms.at("Q3")].values = a.first.data();
    auto run_ours = [&] {
      if (entry(&batch, wanted.data()) != 0) stop("a row has a status");
    };
    auto by = [&](const char *name) {
      auto *f = theirs.get<ByHand>(name);
      return [&, f] {
        f(n, d.date.data(), d.gross.data(), d.so_far.data(), d.on_azure.data(), d.supported.data(), d.declines.data(), b.active.data(),
          b.exclusive.data(), b.share.data(), b.first.data());
      };
    };
    // Verified: every row against the code by hand, every so many against the oracle.
    run_ours();
    for (auto *name : {"by_hand_int64", "by_hand_vector", "by_hand_chunks"}) {
      b = Outputs(n);
      by(name)();
      if (a != b) stop(fmt::format("{} answers otherwise", name));
    }
    std::vector<check::TermId> questions;
    for (auto *text : {"Q1.active", "Q1.exclusive", "Q2", "Q3", "Q4"})
      questions.push_back(*check_question(compiled->program, Source("q", text), sink));
    std::vector<std::int64_t> fourth(static_cast<std::size_t>(n)), fourth_by_hand(static_cast<std::size_t>(n));
    auto batch4 = batch;
    auto facts4 = facts;
    for (std::size_t s = 0; s < facts4.size(); ++s)
      if (interface.fact_layout.slots[s].name == "gross") facts4[s].values = d.both_signs.data();
    batch4.fact_columns = facts4.data();
    deal_output output4{fourth.data(), nullptr};
    auto *entry4 = ours.get<Entry>("Bench_Q4_batch");
    auto run_q4 = [&] {
      if (entry4(&batch4, &output4) != 0) stop("a row has a status");
    };
    auto *hand4 = theirs.get<void(std::int64_t, const std::int64_t *, std::int64_t *)>("by_hand_q4");
    auto run_hand4 = [&] { hand4(n, d.both_signs.data(), fourth_by_hand.data()); };
    run_q4(), run_hand4();
    if (fourth != fourth_by_hand) stop("Q4 by hand answers otherwise");
    auto from_oracle = now();
    for (std::size_t i = 0; i < static_cast<std::size_t>(n); i += static_cast<std::size_t>(n) / 2000) {
      oracle::Instance oracle(m);
      auto give = [&](const char *name, check::Value v) {
        for (std::size_t f = 0; f < m.facts.size(); ++f)
          if (m.facts[f].name == name) oracle.give(static_cast<int>(f), std::nullopt, std::move(v));
      };
      give("gross", Rational(d.gross[i], 100)), give("so_far", Rational(d.so_far[i], 100));
      give("on_azure", d.on_azure[i] != 0), give("supported", d.supported[i] != 0), give("declines", d.declines[i] != 0);
      auto is = [&](std::size_t q, const check::Value &v) {
        auto o = oracle.ask(questions[q], d.date[i]);
        if (o.status != Status::ok || !(o.value == v)) stop(fmt::format("row {}: the oracle answers otherwise to question {}", i, q));
      };
      is(0, a.active[i] != 0), is(1, a.exclusive[i] != 0), is(2, Rational(a.share[i], 100)), is(3, a.first[i] != 0);
      give("gross", Rational(d.both_signs[i], 100));
      is(4, Rational(fourth[i], 100));
    }
    auto oracle_row = (now() - from_oracle) / 2000;
    auto rows = static_cast<double>(n);
    // The best of the three by hand is the opponent.
    std::map<double, const char *> best;
    for (auto *name : {"by_hand_int64", "by_hand_vector", "by_hand_chunks"}) {
      auto f = by(name);
      std::vector<double> t;
      for (int k = 0; k < 3; ++k) {
        auto from = now();
        f();
        t.push_back(now() - from);
      }
      best[median(t)] = name;
    }
    compare(fmt::format("batch Q1+Q2+Q3, {} (by hand: {})", millions, best.begin()->second + 8), 1.00, rows, rows * 34, run_ours,
            by(best.begin()->second));
    if (n <= 1'000'000) {
      auto from_here = now();
      run_ours();
      auto ours_row = (now() - from_here) / rows;
      Row r{"batch Q1+Q2+Q3 (the oracle: a tree walk in rationals)",
            ours_row / oracle_row,
            ours_row / oracle_row,
            1 / ours_row,
            0,
            ours_row * 1e9,
            oracle_row * 1e9,
            {}};
      fmt::print("{:<58} {:>7.5f} {:>23.2f} {:>9.0f}\n", r.name, r.ratio, r.ours_ns, r.theirs_ns);
      table.push_back(r);
    }
    compare(fmt::format("batch Q4, {}", millions), 1.00, rows, rows * 16, run_q4, run_hand4);
    auto *entry_here = built_for_this.get<Entry>("Bench_batch");
    compare(fmt::format("the library for all machines, {} (for this one)", millions), 1.05, rows, rows * 34, run_ours,
            [&] { entry_here(&batch, wanted.data()); });
    // The same rows by two threads, half each.
    auto halves = [&] {
      auto run_half = [&](std::int64_t from, std::int64_t count) {
        auto part = batch;
        auto columns_here = facts;
        for (auto &c : columns_here) c.offset = from;
        part.rows = count, part.fact_columns = columns_here.data(), part.today_column = d.date.data() + from;
        auto outputs_here = wanted;
        for (std::size_t t = 0; t < outputs_here.size(); ++t)
          if (outputs_here[t].values)
            outputs_here[t].values =
                static_cast<std::uint8_t *>(outputs_here[t].values) + from * (interface.terms[t].type.base == ValueType::boolean ? 1 : 8);
        entry(&part, outputs_here.data());
      };
      std::thread other(run_half, n / 2, n - n / 2);
      run_half(0, n / 2);
      other.join();
    };
    compare(fmt::format("two threads, {} (one)", millions), 0.56, rows, rows * 34, halves, run_ours);
    if (a != b) stop("two threads answer otherwise");
    std::vector<std::uint8_t> from(static_cast<std::size_t>(n) * 17), to(static_cast<std::size_t>(n) * 17);
    compare(fmt::format("batch Q1+Q2+Q3, {} (memcpy of the same bytes)", millions), std::nullopt, rows, rows * 34, run_ours,
            [&] { std::memcpy(to.data(), from.data(), to.size()); });
  }
  for (std::int64_t instances : {std::int64_t{1}, std::int64_t{1'000'000}}) {
    // A ledger sorted by date; a portfolio of deals with ten reports each.
    std::int64_t n = instances == 1 ? 1'000'000 : quick ? 2'000'000 : 10'000'000;
    if (quick) instances = std::min<std::int64_t>(instances, n / 10);
    Data d(n);
    for (auto &g : d.gross) g = g * 1000 / n + 1; // so that a cap is met somewhere on the way
    std::vector<std::int64_t> instance(static_cast<std::size_t>(n));
    for (std::int64_t k = 0; k < n; ++k) instance[static_cast<std::size_t>(k)] = k * instances / n;
    for (std::size_t k = 0; k < instance.size();) {
      auto end = k;
      while (end < instance.size() && instance[end] == instance[k]) ++end;
      std::sort(d.date.begin() + static_cast<std::ptrdiff_t>(k), d.date.begin() + static_cast<std::ptrdiff_t>(end));
      k = end;
    }
    auto *init = ours.get<std::int32_t(const void *, std::int32_t, void *)>("Bench_init");
    auto *run = ours.get<std::int64_t(const deal_ledger *)>("Bench_step_Report_ledger");
    std::vector<std::uint8_t> first(interface.state_layout.size), states(interface.state_layout.size * static_cast<std::size_t>(instances));
    init(parameters.data(), d.date.front() > 20000 ? 20000 : d.date.front(), first.data());
    std::vector<std::int64_t> earned(static_cast<std::size_t>(n)), by_hand_earned(static_cast<std::size_t>(n)),
        totals(static_cast<std::size_t>(instances));
    deal_column fields[] = {{d.date.data(), nullptr, 0}, {d.date.data(), nullptr, 0}, {d.gross.data(), nullptr, 0}};
    void *to[] = {earned.data()};
    deal_ledger ledger{
        n, parameters.data(), facts_of_none.data(), readings, states.data(), instances == 1 ? nullptr : instance.data(), fields, to, nullptr};
    auto *hand_one = theirs.get<void(std::int64_t, const std::int32_t *, const std::int64_t *, std::int64_t *, std::int64_t *)>("by_hand_ledger");
    auto *hand_many =
        theirs.get<void(std::int64_t, const std::int64_t *, const std::int32_t *, const std::int64_t *, std::int64_t *, std::int64_t *)>(
            "by_hand_portfolio");
    auto start = [&] {
      for (std::size_t k = 0; k < states.size(); k += first.size()) std::memcpy(states.data() + k, first.data(), first.size());
      std::fill(totals.begin(), totals.end(), 0);
    };
    auto run_ours = [&] {
      if (run(&ledger) != 0) stop("a row has a status");
    };
    auto run_theirs = [&] {
      if (instances == 1) hand_one(n, d.date.data(), d.gross.data(), totals.data(), by_hand_earned.data());
      else hand_many(n, instance.data(), d.date.data(), d.gross.data(), totals.data(), by_hand_earned.data());
    };
    start(), run_ours(), run_theirs();
    if (earned != by_hand_earned) stop("the ledger by hand answers otherwise");
    {
      // The oracle: the first rows of one instance.
      oracle::Instance oracle(m);
      auto question = *check_question(compiled->program, Source("q", "Q2s.earned"), sink);
      for (std::size_t k = 0; k < 200 && instance[k] == instance[0]; ++k) {
        check::Happening h{check::Happening::reports, d.date[k], d.date[k], -1, 0, {Rational(d.gross[k], 100)}};
        auto o = oracle.apply(h) == Status::ok ? oracle.ask(question, d.date[k]) : check::Outcome{Status::conflict, false};
        if (o.status != Status::ok || !(o.value == check::Value(Rational(earned[k], 100))))
          stop(fmt::format("row {} of the ledger: the oracle answers otherwise", k));
      }
    }
    compare(instances == 1 ? std::string("ledger Q2s, 1 M rows of one deal")
                           : fmt::format("portfolio Q2s, {} deals, {} M events", instances, n / 1'000'000),
            1.05, static_cast<double>(n), static_cast<double>(n) * 20, run_ours, run_theirs, start);
  }
  {
    // One call for each of three clauses, through a pointer.
    Data d(1 << 16);
    auto *active = ours.get<Term>("Bench_Q1_active"), *share = ours.get<Term>("Bench_Q2"), *first = ours.get<Term>("Bench_Q3");
    auto *traced = ours.get<std::int32_t(const void *, const void *, const std::uint8_t *, const void *, const void *, std::int32_t, void *, void *)>(
        "Bench_Q2_traced");
    auto *hand_active = theirs.get<std::int32_t(std::int32_t, std::uint8_t *)>("by_hand_active");
    auto *hand_share = theirs.get<std::int32_t(std::int32_t, std::int64_t, std::int64_t, std::int64_t *)>("by_hand_share");
    auto *hand_first = theirs.get<std::int32_t(std::uint8_t, std::uint8_t, std::uint8_t, std::uint8_t *)>("by_hand_first");
    auto size = (interface.fact_layout.size + 7) / 8 * 8;
    std::vector<std::uint8_t> facts(size * static_cast<std::size_t>(d.n));
    for (std::size_t i = 0; i < static_cast<std::size_t>(d.n); ++i)
      for (auto &s : interface.fact_layout.slots) {
        auto *at = facts.data() + i * size;
        at[*s.known] = 1;
        auto put = [&](const auto &x) { std::memcpy(at + s.at.offset, &x, sizeof x); };
        if (s.name == "gross") put(d.gross[i]);
        if (s.name == "so_far") put(d.so_far[i]);
        if (s.name == "on_azure") put(d.on_azure[i]);
        if (s.name == "supported") put(d.supported[i]);
        if (s.name == "declines") put(d.declines[i]);
      }
    std::int64_t sum = 0, sum_by_hand = 0, words[2];
    std::uint8_t bytes[2];
    auto calls = static_cast<double>(d.n);
    compare(
        "one call each of Q1, Q2, Q3, through a pointer", 1.20, calls, 0,
        [&] {
          sum = 0;
          for (std::size_t i = 0; i < static_cast<std::size_t>(d.n); ++i) {
            auto *f = facts.data() + i * size;
            active(parameters.data(), f, readings, nullptr, nullptr, d.date[i], &bytes[0]);
            share(parameters.data(), f, readings, nullptr, nullptr, d.date[i], &words[0]);
            first(parameters.data(), f, readings, nullptr, nullptr, d.date[i], &bytes[1]);
            sum += words[0] + bytes[0] + bytes[1];
          }
        },
        [&] {
          sum_by_hand = 0;
          for (std::size_t i = 0; i < static_cast<std::size_t>(d.n); ++i) {
            hand_active(d.date[i], &bytes[0]);
            hand_share(d.date[i], d.gross[i], d.so_far[i], &words[0]);
            hand_first(d.on_azure[i], d.supported[i], d.declines[i], &bytes[1]);
            sum_by_hand += words[0] + bytes[0] + bytes[1];
          }
        });
    if (sum != sum_by_hand) stop("the calls differ");
    std::int64_t trace[64];
    compare(
        "one explained call of Q2 (beside a plain one)", 3.00, calls, 0,
        [&] {
          for (std::size_t i = 0; i < static_cast<std::size_t>(d.n); ++i)
            traced(parameters.data(), facts.data() + i * size, readings, nullptr, nullptr, d.date[i], &words[0], trace);
        },
        [&] {
          for (std::size_t i = 0; i < static_cast<std::size_t>(d.n); ++i)
            share(parameters.data(), facts.data() + i * size, readings, nullptr, nullptr, d.date[i], &words[0]);
        });
  }
  tool(root + "/build/deal", root, quick);
  if (!json.empty()) {
    auto all = nlohmann::ordered_json::array();
    for (auto &r : table) {
      nlohmann::ordered_json j;
      j["name"] = r.name, j["ratio"] = r.ratio, j["ratio_min"] = r.ratio_min;
      j["target"] = r.target ? nlohmann::ordered_json(*r.target) : nullptr;
      j["rows_per_s"] = r.rows_per_s, j["gb_per_s"] = r.gb_per_s;
      all.push_back(j);
    }
    std::ofstream(json) << all.dump(2) << "\n";
  }
}
