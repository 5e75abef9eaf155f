// Golden files by stage: STAGE/TOPIC/X.deal against X.expected; of the tool, the commands of X.args. `golden FOLDER TOOL [--update]`
// rewrites what differs.
#include "session/session.h"
#include "syntax/print.h"
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

namespace fs = std::filesystem;
using namespace deal;

namespace {

std::string read(const fs::path &p) {
  std::ifstream in(p, std::ios::binary);
  std::stringstream s;
  s << in.rdbuf();
  return s.str();
}

// A command's output, what it said beside it, and how it ended.
std::string transcript(const std::string &command, const fs::path &beside) {
  std::string out;
  auto *pipe = popen(fmt::format("{{ {}; }} 2>'{}'", command, beside.string()).c_str(), "r");
  char buffer[4096];
  for (std::size_t n; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) out.append(buffer, n);
  auto status = pclose(pipe);
  auto said = read(beside);
  if (!said.empty()) out += "stderr:\n" + said;
  if (!out.empty() && out.back() != '\n') out += "\n(no newline)\n";
  return out + (WIFEXITED(status) ? fmt::format("exit {}\n", WEXITSTATUS(status)) : fmt::format("signal {}\n", WTERMSIG(status)));
}

void replace_all(std::string &text, const std::string &what, const std::string &with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size()) text.replace(at, what.size(), with);
}

// The rest of a command on each line of X.args, run beside it; X.stdin is what each reads, `$OUT` a folder that starts empty.
std::string transcripts(const fs::path &args, const std::string &tool) {
  auto scratch = fs::temp_directory_path() / fmt::format("deal-golden-{}", getpid());
  fs::create_directories(scratch / "out");
  auto typed = fs::path(args).replace_extension(".stdin");
  std::string out, words;
  for (std::istringstream lines(read(args)); std::getline(lines, words);)
    out += "$ deal " + words + "\n" +
           transcript(fmt::format("cd '{}' && OUT='{}' && '{}' {} <'{}'", args.parent_path().string(), (scratch / "out").string(), tool, words,
                                  fs::exists(typed) ? fs::absolute(typed).string() : "/dev/null"),
                      scratch / "stderr") +
           "\n";
  replace_all(out, (scratch / "out").string(), "$OUT");
  fs::remove_all(scratch);
  return out;
}

std::string produce(const std::string &stage, const fs::path &file, const std::string &tool) {
  if (stage == "tool") return transcripts(file, tool);
  Sink sink;
  auto compiled = session::compile(Source(file.filename().string(), read(file)), sink);
  if (stage == "tree") return syntax::print(compiled.program.tree, compiled.program.sources);
  if (stage == "check" || sink.failed()) return render_all(sink, compiled.program.sources);
  std::string out;
  for (auto &f : lower::lower(compiled.program.model, {}).functions)
    if (f.shape == ir::Shape::term && !f.traced) out += ir::print(f) + "\n";
  return out;
}

// A stage's files, by the ending that each begins with, in order.
std::vector<fs::path> files_of(const fs::path &stage, const std::string &ending) {
  std::vector<fs::path> out;
  for (auto &e : fs::recursive_directory_iterator(stage))
    if (e.path().extension() == ending) out.push_back(e.path());
  std::sort(out.begin(), out.end());
  return out;
}

void show_difference(const fs::path &file, const fs::path &expected, const std::string &found) {
  auto beside = fs::temp_directory_path() / fmt::format("deal-golden-{}.found", getpid());
  std::ofstream(beside, std::ios::binary) << found;
  std::cout << "differs: " << file.string() << "\n" << std::flush;
  [[maybe_unused]] auto differ = std::system(fmt::format("diff -u '{}' '{}'", expected.string(), beside.string()).c_str());
  fs::remove(beside);
  std::cout << "--- to accept it: build/tests/golden tests/golden build/deal --update\n";
}

} // namespace

int main(int argc, char **argv) {
  if (argc < 3) return std::cerr << "usage: golden FOLDER TOOL [--update]\n", 2;
  bool update = argc > 3 && std::string_view(argv[3]) == "--update";
  int passed = 0, failed = 0;
  for (std::string stage : {"tree", "check", "exact-ir", "tool"})
    for (auto &file : files_of(fs::path(argv[1]) / stage, stage == "tool" ? ".args" : ".deal")) {
      auto expected = fs::path(file).replace_extension(".expected");
      auto found = produce(stage, file, fs::absolute(argv[2]).string());
      if (update) {
        if (found != read(expected)) std::ofstream(expected, std::ios::binary) << found, std::cout << "rewrote " << expected.string() << "\n";
        continue;
      }
      bool same = fs::exists(expected) && found == read(expected);
      same ? ++passed : ++failed;
      if (!same) show_difference(file, expected, found);
    }
  if (!update) std::cout << passed << " passed, " << failed << " failed\n";
  return failed || (!update && passed == 0) ? 1 : 0;
}
