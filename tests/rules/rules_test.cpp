// Rules of the house: every diagnostic has a page whose first example shows it and whose second is mended; includes point the right way.
#include "language/builtins.h"
#include "language/lines.h"
#include "session/evaluator.h"
#include "support/begin.h"
#include "support/refused.h"
#include <filesystem>
#include <gtest/gtest.h>
#include <sstream>

using namespace deal;
namespace fs = std::filesystem;

namespace {

const fs::path root = DEAL_ROOT;

std::vector<std::string> fenced(const std::string &text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; (at = text.find("```deal\n", at)) != std::string::npos;) {
    at += 8;
    auto end = text.find("```", at);
    out.push_back(text.substr(at, end - at));
    at = end + 3;
  }
  return out;
}

std::set<std::string> codes(const std::string &text, bool errors_only) {
  Sink sink;
  session::compile(Source("example.deal", text), sink);
  std::set<std::string> out;
  for (auto &d : sink.all())
    if (!errors_only || row_of(d.kind).severity == Severity::error) out.insert(std::string(row_of(d.kind).code));
  return out;
}

TEST(Rules, EveryDiagnosticHasAPageThatIsTrue) {
  std::set<std::string> seen;
  for (auto &row : all_diagnostics()) {
    auto code = std::string(row.code);
    EXPECT_TRUE(seen.insert(code).second) << code << " is used twice";
    auto page = test::read(root / "docs" / "diagnostics" / (code + ".md"));
    if (page.empty()) {
      ADD_FAILURE() << code << " has no page";
      continue;
    }
    if (page.find("no example:") != std::string::npos) continue; // what a page cannot hold: bytes, sizes; tests/unit has it
    auto examples = fenced(page);
    if (examples.size() < 2) {
      ADD_FAILURE() << code << ": a page shows the mistake and the mended text";
      continue;
    }
    EXPECT_TRUE(codes(examples[0], false).count(code)) << code << ": its first example does not show it\n" << examples[0];
    auto left = codes(examples[1], true);
    EXPECT_TRUE(left.empty()) << code << ": its second example is refused by " << (left.empty() ? "" : *left.begin()) << "\n" << examples[1];
  }
}

// The rows of the language (language/) stand in its reference, each in its table.
TEST(Rules, TheReferenceHasEveryRowOfTheLanguage) {
  auto language = test::read(root / "docs" / "reference" / "language.md"), statement = test::read(root / "docs" / "reference" / "statement.md");
  auto has = [&](const std::string &text) { return language.find(text) != std::string::npos; };
  for (auto &row : clause_rows)
    EXPECT_EQ(has(fmt::format("`{}`", row.word)), row.says != Says::nothing_yet) << row.word;
  const std::set<std::string_view> not_yet = {"recoups", "nets"}; // their order is known, they are refused
  for (auto &row : line_rows) EXPECT_NE(has(fmt::format("`{}", row.lead == "at" ? "at least" : row.lead)), not_yet.count(row.lead) > 0) << row.lead;
  for (auto &row : builtin_rows) EXPECT_TRUE(has(fmt::format("| `{}` | {} | `{}` |", row.written, row.says, row.example))) << row.name;
  auto table = statement.find("| cumulative | of the latest event | as of the day asked |\n|---|---|---|\n");
  ASSERT_NE(table, std::string::npos);
  auto line = statement.substr(statement.find("| `", table), statement.find('\n', statement.find("| `", table)) - statement.find("| `", table));
  std::vector<std::string> columns(3);
  std::stringstream cells(line.substr(1));
  for (auto &c : columns) std::getline(cells, c, '|');
  for (auto &row : word_rows) {
    EXPECT_TRUE(has(fmt::format("{}.{}`", row.of == Says::grant ? "L" : "P", row.name))) << row.name;
    bool in_table = columns[static_cast<std::size_t>(row.covers)].find(fmt::format("`{}`", row.name)) != std::string::npos;
    EXPECT_EQ(in_table, row.of == Says::pay) << row.name;
  }
}

// folder → what it may include, besides itself
const std::map<std::string, std::set<std::string>> allowed = {
    {"support", {}},
    {"language", {"support"}},
    {"diagnostics", {"support"}},
    {"syntax", {"support", "language", "diagnostics"}},
    {"check", {"support", "language", "diagnostics", "syntax"}},
    {"ir", {"support", "language"}},
    {"interface", {"support", "language"}},
    {"lower", {"support", "language", "diagnostics", "syntax", "check", "ir", "interface"}},
    {"optimize", {"support", "language", "ir"}},
    {"codegen", {"support", "language", "ir", "interface", "lower", "optimize"}},
    {"host", {"support", "language", "interface"}},
    {"session",
     {"support", "language", "diagnostics", "syntax", "check", "ir", "interface", "lower", "optimize", "codegen", "host"}},
};

TEST(Rules, IncludesPointOneWay) {
  for (auto &[folder, may] : allowed)
    for (auto &e : fs::recursive_directory_iterator(root / "compiler" / folder)) {
      if (!e.is_regular_file()) continue;
      std::stringstream text(test::read(e.path()));
      for (std::string line; std::getline(text, line);) {
        if (!line.starts_with("#include ")) continue;
        auto name = line.substr(10, line.find_first_of("\">", 10) - 10);
        auto slash = name.find('/');
        auto from = name.substr(0, slash);
        if (slash != std::string::npos && allowed.count(from) && from != folder) {
          EXPECT_TRUE(may.count(from)) << e.path() << ": " << line;
        }
        if (line.find("llvm/") != std::string::npos || line.find("lld/") != std::string::npos) {
          EXPECT_EQ(folder, "codegen") << e.path() << ": " << line;
        }
        if (line.find("DealParser.h") != std::string::npos || line.find("DealLexer.h") != std::string::npos ||
            line.find("antlr4") != std::string::npos) {
          EXPECT_EQ(folder, "syntax") << e.path() << ": " << line;
        }
      }
    }
}

// The checked tree and its types are what the oracle shares with the compiler; no rule of the language that stands beside them.
TEST(Rules, TheOracleStandsAlone) {
  const std::set<std::string> may = {"check/model.h", "check/check.h", "support/match.h"};
  for (auto &e : fs::directory_iterator(root / "tests" / "oracle")) {
    auto text = test::read(e.path());
    std::stringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with("#include \"")) continue;
      auto name = line.substr(10, line.find('"', 10) - 10);
      EXPECT_TRUE(may.count(name) || name.starts_with("oracle/")) << e.path() << " includes " << name;
    }
    for (auto name : {"check::store", "check::prevails", "norms_of(", "can_meet(", "std::chrono"})
      EXPECT_EQ(text.find(name), std::string::npos) << e.path() << " takes " << name << " from the compiler";
  }
}

// But for those that are named as beyond the grammar.
TEST(Rules, EveryFileOfTheExamplesAndVectorsParses) {
  auto named = test::named_as_refused(root / "tests" / "vectors");
  for (auto folder : {"examples", "tests/vectors"})
    for (auto &e : fs::recursive_directory_iterator(root / folder)) {
      if (e.path().extension() != ".deal") continue;
      auto name = e.path().parent_path().filename().string() + "/" + e.path().stem().string();
      if (named.count(name) && name.starts_with("duties/")) continue; // some say what the grammar does not know yet
      for (auto &code : codes(test::read(e.path()), true)) EXPECT_NE(code.substr(0, 3), "D01") << e.path() << ": " << code;
    }
}

// Checked, and their scenarios run on native code.
TEST(Rules, TheTutorialsExamplesAreTrue) {
  for (auto name : {"README.md", "docs/tutorial.md", "docs/reference/language.md"})
    for (auto &example : fenced(test::read(root / name))) {
      Sink sink;
      auto compiled = session::compile(Source(name, example), sink);
      if (sink.failed()) {
        ADD_FAILURE() << render_all(sink, compiled.program.sources);
        continue;
      }
      auto &m = compiled.program.model;
      auto claims = session::claims_of(m);
      auto running = session::run_here(m, {false, true, claims}, 0);
      ASSERT_TRUE(running);
      auto make = session::native_of(m, claims, std::move(*running));
      for (auto &s : m.scenarios)
        for (auto &e : session::run_scenario(m, s, *make())) EXPECT_TRUE(e.passed) << name << ": " << compiled.program.sources.text(e.span) << ": " << e.found;
    }
}

} // namespace
