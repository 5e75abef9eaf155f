// Whole commands, each a fresh process.
#include "process.h"
#include "workload.h"
#include <filesystem>
#include <fstream>

namespace deal::bench {

namespace {

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

// What costs the square where each carries what it rests on: payments on one event, definitions in a chain.
void write_payments(const std::string &path, int n) {
  std::ofstream deal(path);
  deal << "deal Many\ncurrency USD\nround half even\nparty A, B\nevent Sale reported by B { gross: money }\n";
  for (int k = 0; k < n; ++k) deal << fmt::format("payment P{} {{ B pays {}% of Sale.gross to A }}\n", k, k % 90 + 1);
}
void write_chain(const std::string &path, int n) {
  std::ofstream deal(path);
  deal << "deal Many\ncurrency USD\nround half even\nfact gross: money\ndefine d0: money = gross\n";
  for (int k = 1; k <= n; ++k) deal << fmt::format("define d{}: money = d{} + 1 USD\n", k, k - 1);
}

} // namespace

void tool(const Bench &bench) {
  auto &root = bench.root;
  auto quick = bench.quick;
  auto deal = root + "/build/deal";
  auto name = (std::filesystem::temp_directory_path() / "deal-bench-XXXXXX").string();
  std::string folder = mkdtemp(name.data());
  auto times = quick ? 7 : 21;
  auto example = root + "/examples/partnership/partnership.deal", out = folder + "/out.so";
  head("whole commands (theirs: their targets)", "ms");
  put("deal check, the partnership", seconds({deal, "check", example}, times), 0.006, 1.0);
  put("deal eval, the partnership", seconds({deal, "eval", example, "ModelsAndProducts.exclusive", "--on", "2027-01-01"}, times), 0.015, 1.0);
  put("deal build -O0, the partnership", seconds({deal, "build", example, "-O0", "-o", out}, times), 0.012, 1.0);
  put("deal build -O2, the partnership", seconds({deal, "build", example, "-O2", "-o", out}, times), 0.025, 1.0);
  auto many = quick ? 2'000 : 10'000;
  write_many(folder, many);
  auto share = many / 10'000.0;
  put(fmt::format("deal check, {} clauses", many), seconds({deal, "check", folder + "/many.deal"}, 3), 1.0 * share, 1.0);
  put(fmt::format("deal build -O0, {} clauses", many), seconds({deal, "build", folder + "/many.deal", "-O0", "-o", out}, 1), 1.5 * share, 1.0);
  auto built = seconds({deal, "build", folder + "/many.deal", "-O2", "-o", out}, 1);
  for (auto &[compiler, target] : std::vector<std::pair<std::string, std::optional<double>>>{{"clang-19", 0.5}, {"gcc", {}}, {"tcc", {}}})
    if (command({compiler, "--version"}) == 0 || command({compiler, "-v"}) == 0)
      put(fmt::format("deal build -O2, {} clauses ({} -O2 on the same in C)", many, compiler), built,
          seconds({compiler, "-O2", "-shared", "-fPIC", folder + "/many.c", "-o", folder + "/many.so"}, 1), target);
  auto row = [&](const char *level, const std::string &what, double target) {
    put(fmt::format("deal build {}, {}", level, what), seconds({deal, "build", folder + "/many.deal", level, "-o", out}, 3), target, 1.0);
  };
  for (auto &[n, target] : {std::pair{25, 0.25}, {50, 0.5}, {100, 1.0}, {200, 2.2}}) {
    write_payments(folder + "/many.deal", n);
    row("-O2", fmt::format("{} payments on one event", n), target);
    if (n == 100) row("-O3", fmt::format("{} payments on one event", n), 3 * target);
  }
  for (auto &[n, target] : {std::pair{200, 0.3}, {2000, 3.0}}) {
    write_chain(folder + "/many.deal", n);
    row("-O2", fmt::format("{} definitions in a chain", n), target);
  }
  auto ours = seconds({deal, "eval", example, "ModelsAndProducts.exclusive", "--on", "2027-01-01"}, times);
  for (auto &[program, words] : std::vector<std::pair<std::string, std::vector<std::string>>>{{"sqlite3", {"sqlite3", ":memory:", "select 20*5"}},
                                                                                              {"python3", {"python3", "-c", "print(20*5)"}},
                                                                                              {"node", {"node", "-e", "console.log(20*5)"}}})
    if (command(words) == 0) put("start, " + program, ours, seconds(words, times), std::nullopt);
  std::filesystem::remove_all(folder);
}

} // namespace deal::bench
