// Golden files by stage: STAGE/TOPIC/X.deal against X.expected. `golden FOLDER TOOL [--update]` rewrites what differs.
#include "driver/session.h"
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

namespace fs = std::filesystem;
using namespace deal;

namespace {

std::string read(const fs::path &p) {
  std::ifstream in(p, std::ios::binary);
  std::stringstream s;
  s << in.rdbuf();
  return s.str();
}

std::string output_of(const std::string &command) {
  std::string out;
  auto *pipe = popen((command + " 2>&1").c_str(), "r");
  char buffer[4096];
  for (std::size_t n; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) out.append(buffer, n);
  pclose(pipe);
  return out;
}

std::string produce(const std::string &stage, const fs::path &file, const std::string &tool) {
  Source source(file.filename().string(), read(file));
  Sink sink;
  if (stage == "tool") { // what a file is told: the rest of a command on each line of X.args
    std::string out, words;
    for (std::istringstream lines(read(fs::path(file).replace_extension(".args"))); std::getline(lines, words);)
      out += "$ deal " + words + "\n" + output_of(fmt::format("cd {} && {} {}", file.parent_path().string(), tool, words)) + "\n";
    return out;
  }
  auto compiled = driver::compile(source, sink);
  if (stage == "check" || !compiled) return render_all(sink, source);
  std::string out;
  for (auto &f : lower::lower(compiled->program.model, {}).functions)
    if (f.shape == ir::Shape::term && !f.traced) out += ir::print(f) + "\n";
  return out;
}

} // namespace

int main(int argc, char **argv) {
  if (argc < 3) return std::cerr << "usage: golden FOLDER TOOL [--update]\n", 2;
  bool update = argc > 3 && std::string_view(argv[3]) == "--update";
  int passed = 0, failed = 0;
  for (std::string stage : {"check", "exact-ir", "tool"})
    for (auto &e : fs::recursive_directory_iterator(fs::path(argv[1]) / stage)) {
      if (e.path().extension() != ".deal") continue;
      auto expected = fs::path(e.path()).replace_extension(".expected");
      auto found = produce(stage, e.path(), fs::absolute(argv[2]).string());
      if (update) {
        if (found != read(expected)) std::ofstream(expected, std::ios::binary) << found, std::cout << "rewrote " << expected.string() << "\n";
        continue;
      }
      bool same = fs::exists(expected) && found == read(expected);
      same ? ++passed : ++failed;
      if (!same)
        std::cout << "differs: " << e.path().string() << "\n--- found\n"
                  << found << "--- to accept it: build/tests/golden tests/golden build/deal --update\n";
    }
  if (!update) std::cout << passed << " passed, " << failed << " failed\n";
  return failed ? 1 : 0;
}
