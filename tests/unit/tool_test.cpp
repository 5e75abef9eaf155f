// The tool as it is called: what golden files cannot hold. A library that `deal build` wrote, from a C program; large tables; foreign files.
#include "support/begin.h"
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

namespace fs = std::filesystem;
using namespace deal;

namespace {

class Tool : public testing::Test {
protected:
  void SetUp() override { fs::create_directories(folder_); }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path write(const std::string &name, const std::string &text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return folder_ / name;
  }
  // Runs it in the folder; its exit code, its output in `out_`, both streams.
  int run(const std::string &command) {
    auto *pipe = popen(fmt::format("cd '{}' && {{ {}; }} 2>&1", folder_.string(), command).c_str(), "r");
    out_.clear();
    char buffer[4096];
    for (std::size_t n; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) out_.append(buffer, n);
    auto status = pclose(pipe);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  int deal(const std::string &words) { return run(DEAL_TOOL " " + words); }

  fs::path folder_ = fs::temp_directory_path() / fmt::format("deal-tool-{}-{}", getpid(), testing::UnitTest::GetInstance()->random_seed());
  std::string out_;
};

// Half even at a tie, sizes and a fact that is set by its name, in C and in C++; -O2 is what `deal build` makes.
TEST_F(Tool, ALibraryIsWhatItsHeaderAndItsDescriptorSay) {
  write("tie.deal", "deal Tie effective 2026-01-01\ncurrency USD\nround half even\nparty A, B\nparameter rate: percent = 50%\n"
                    "fact gross: money\nfact young: boolean\nevent Sale reported by B { gross: money, gift: boolean }\n"
                    "define share: money = rate of gross\ndefine flag: boolean = young\npayment P { A pays rate of Sale.gross to B }\n");
  for (auto level : {"-O0", "-O1", "-O2", "-O3"}) {
    ASSERT_EQ(deal(fmt::format("build tie.deal {} -o tie.so", level)), 0) << out_;
    write("tie.c", R"(#include "tie.h"
#include <stdio.h>
int main(void) {
  Tie_parameters parameters;
  Tie_facts facts;
  Tie_state state;
  const uint8_t readings[1] = {0};
  Tie_Sale sale;
  int64_t share = 0, earned = 0;
  uint8_t flag = 0;
  unsigned char *bytes = (unsigned char *)&facts;
  for (size_t i = 0; i < sizeof facts; ++i) bytes[i] = 0;
  bytes = (unsigned char *)&sale;
  for (size_t i = 0; i < sizeof sale; ++i) bytes[i] = 0;
  Tie_defaults(&parameters);
  if (Tie_init(&parameters, 20454, &state) != 0) return 1;
  facts.gross = 5, facts.gross_known = 1, facts.young = 1, facts.young_known = 1;
  sale.on = 20460, sale.for_day = 20460, sale.gross = 15;
  if (Tie_share(&parameters, &facts, readings, &state, NULL, 20460, &share) != 0) return 2;
  if (Tie_flag(&parameters, &facts, readings, &state, NULL, 20460, &flag) != 0) return 3;
  if (Tie_step_Sale(&parameters, &facts, readings, &state, &sale, &state) != 0) return 4;
  if (Tie_P_earned(&parameters, &facts, readings, &state, NULL, 20460, &earned) != 0) return 5;
  printf("%d %d %d %lld %d %lld\n", (int)sizeof(Tie_parameters), (int)sizeof(Tie_facts), (int)sizeof(Tie_state), (long long)share, (int)flag,
         (long long)earned);
  return 0;
}
)");
    ASSERT_EQ(run("cc -std=c11 -Wall -Wextra -Werror tie.c -o tie ./tie.so && ./tie"), 0) << level << ": " << out_;
    auto descriptor = nlohmann::json::parse(test::read(folder_ / "tie.json"));
    auto size = [&](const char *layout) { return descriptor["interface"][layout]["size"].get<int>(); };
    EXPECT_EQ(out_, fmt::format("{} {} {} 2 1 8\n", size("parameter_layout"), size("fact_layout"), size("state_layout"))) << level;
    ASSERT_EQ(run("cp tie.c tie.cpp && c++ -std=c++17 -Wall -Wextra -Werror tie.cpp -o tie ./tie.so && ./tie"), 0) << level << ": " << out_;
  }
}

// A statement from the library is the statement from the file.
TEST_F(Tool, ABuiltLibraryStatesWhatItsFileStates) {
  auto root = fs::path(DEAL_ROOT);
  auto good = root / "tests/golden/tool/good", partnership = root / "examples/partnership";
  for (auto &[file, rows] : {std::pair{good / "caps.deal", good / "caps.csv"}, {good / "why.deal", good / "why.csv"},
                             {partnership / "partnership.deal", partnership / "reports.csv"}}) {
    ASSERT_EQ(deal(fmt::format("build '{}' -O2 -o built.so", file.string())), 0) << out_;
    auto code = deal(fmt::format("run '{}' --events '{}' --format csv", file.string(), rows.string()));
    auto from_file = out_;
    EXPECT_EQ(deal(fmt::format("run built.so --events '{}' --format csv", rows.string())), code) << file;
    EXPECT_EQ(out_, from_file) << file;
    EXPECT_GT(from_file.size(), 200u);
  }
}

TEST_F(Tool, ALibraryOfAnotherInterfaceIsRefused) {
  write("one.deal", "deal One\ndefine x: integer = 1\n");
  ASSERT_EQ(deal("build one.deal -o one.so"), 0) << out_;
  auto bytes = test::read(folder_ / "one.so");
  auto at = bytes.find("\"abi\":");
  ASSERT_NE(at, std::string::npos);
  at = bytes.find_first_of("0123456789", at);
  bytes[at] = '9';
  write("other.so", bytes);
  EXPECT_EQ(deal("eval one.so x"), 0) << out_;
  EXPECT_EQ(deal("eval ./other.so x"), 2) << out_;
}

// Blocks of a table in their order, whatever the threads.
TEST_F(Tool, ThreadsKeepTheOrderOfRows) {
  write("share.deal", "deal Share\ncurrency USD\nround half even\nfact gross: money\ndefine share: money = 10% of gross\n");
  std::string table = "gross\n";
  for (int k = 0; k < 200000; ++k) table += fmt::format("{}.{:02}\n", k * 7 % 100003, k % 100);
  write("rows.csv", table);
  ASSERT_EQ(deal("eval share.deal share --rows rows.csv --threads 1 > one"), 0) << out_;
  ASSERT_EQ(deal("eval share.deal share --rows rows.csv --threads 4 > four"), 0) << out_;
  EXPECT_EQ(run("cmp one four"), 0) << out_;
  EXPECT_EQ(run("wc -l < one"), 0);
  EXPECT_EQ(std::stoi(out_), 200001);
}

// One deal of a portfolio that halts is no matter of the others.
TEST_F(Tool, AHaltedDealStopsNoOther) {
  write("p.deal", "deal P effective 2026-01-01\ncurrency USD\nround half even\nparty A, B\nevent S reported by B { g: money }\n"
                  "payment R { A pays 200% of S.g to B }\n");
  write("p.csv", "who,on,for,party,kind,name,g\na,2026-01-05,,B,reports,S,9999999999999999.99\na,2026-01-06,,B,reports,S,1.00\n"
                 "b,2026-01-05,,B,reports,S,1.00\n");
  deal("run p.deal --events p.csv --portfolio who --format csv");
  EXPECT_NE(out_.find("b,"), std::string::npos) << out_;
  EXPECT_NE(out_.find("2.00"), std::string::npos) << out_;
  EXPECT_NE(out_.find("overflow"), std::string::npos) << out_;
}

} // namespace
