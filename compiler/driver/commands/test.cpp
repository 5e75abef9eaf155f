#include "driver/commands/commands.h"
#include "driver/claims.h"
#include "session/found.h"
#include <filesystem>
#include <iostream>

namespace deal::driver {
namespace fs = std::filesystem;

int test_command(const std::vector<std::string> &paths) {
  std::vector<std::string> files;
  for (auto &p : paths) {
    std::error_code failed;
    if (!fs::is_directory(p, failed)) {
      files.push_back(p);
      continue;
    }
    for (auto &e : fs::recursive_directory_iterator(p))
      if (e.path().extension() == ".deal") files.push_back(e.path().string());
  }
  std::sort(files.begin(), files.end());
  int passed = 0, failed = 0;
  for (auto &file : files) {
    auto subject = open_subject(file);
    if (subject.library) throw Stop{fmt::format("`{}` is a library; scenarios stand in `.deal` files", file)};
    auto &m = subject.model();
    auto claims = claims_of(m);
    make_code(subject, {false, true, claims, {}}, 0);
    auto factory = native_of(m, claims, subject.running);
    for (auto &s : m.scenarios) {
      auto evaluator = factory();
      bool good = true;
      for (auto &e : run_scenario(m, s, *evaluator)) {
        if (e.passed) continue;
        good = false;
        auto at = subject.program.sources.place(e.span.begin);
        std::cerr << fmt::format("{}:{}: failed in “{}”: {}\n    found: {}\n", file, at.line, s.title, subject.program.sources.text(e.span),
                                 e.asked ? found(subject, s, e) : e.found);
      }
      good ? ++passed : ++failed;
    }
    for (auto &c : m.claims) {
      auto found = test_claim(m, c, 200, 1);
      std::cout << fmt::format("{}: always “{}”: {}\n", file, c.title, found.text);
      found.refuted ? ++failed : ++passed;
    }
  }
  std::cout << fmt::format("{} passed, {} failed\n", passed, failed);
  return failed ? 1 : 0;
}

} // namespace deal::driver
