#include "driver/commands/commands.h"
#include "driver/claims.h"
#include "session/found.h"
#include <filesystem>
#include <iostream>

namespace deal::driver {
namespace fs = std::filesystem;

namespace {

std::vector<std::string> deal_files(const std::vector<std::string> &paths) {
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
  return files;
}

struct Counts {
  int passed = 0, failed = 0;
  int not_tested = 0;        // claims that never had a value
  int on_trust = 0;          // those whose badge says on what they rest
  int asserting_nothing = 0; // scenarios without an `expect`

  int all() const { return passed + failed + not_tested + on_trust + asserting_nothing; }
  std::string text() const {
    auto out = fmt::format("{} passed, {} failed", passed, failed);
    for (auto &[count, words] : {std::pair(not_tested, "not tested"), {on_trust, "taken on trust"}, {asserting_nothing, "asserting nothing"}})
      if (count) out += fmt::format(", {} {}", count, words);
    return out + "\n";
  }
};

void test_scenarios(Subject &subject, const Factory &factory, const std::string &file, Counts &counts) {
  auto &m = subject.model();
  for (auto &s : m.scenarios) {
    auto evaluator = factory();
    bool good = true;
    auto expectations = run_scenario(m, s, *evaluator);
    if (expectations.empty()) {
      std::cerr << fmt::format("{}:{}: “{}” asserts nothing: it has no `expect`\n", file, subject.program.sources.place(s.span.begin).line, s.title);
      ++counts.asserting_nothing;
      continue;
    }
    for (auto &e : expectations) {
      if (e.passed) continue;
      good = false;
      auto at = subject.program.sources.place(e.span.begin);
      std::cerr << fmt::format("{}:{}: failed in “{}”: {}\n    found: {}\n", file, at.line, s.title, subject.program.sources.text(e.span),
                               e.asked ? found(subject, s, e) : e.found);
    }
    good ? ++counts.passed : ++counts.failed;
  }
}

void test_claims(Subject &subject, const Factory &factory, const std::string &file, Counts &counts) {
  auto &m = subject.model();
  for (auto &c : m.claims) {
    auto found = test_claim(m, c, factory, 200, 1);
    auto text = std::string(subject.program.sources.text(m[c.claim].span));
    std::cout << fmt::format("{}: always “{}”: {}\n", file, c.title, report(m, c, text, found));
    if (found.kind == Tested::refuted) ++counts.failed;
    else if (found.kind == Tested::not_refuted) ++counts.passed;
    else ++(c.badge ? counts.on_trust : counts.not_tested);
  }
}

} // namespace

int test_command(const std::vector<std::string> &paths) {
  Counts counts;
  for (auto &file : deal_files(paths)) {
    auto subject = open_subject(file);
    if (subject.library) throw Stop{fmt::format("`{}` is a library; scenarios stand in `.deal` files", file)};
    auto &m = subject.model();
    auto questions = claims_of(m);
    for (auto &c : m.claims)
      for (auto q : questions_of(c)) questions.push_back(q);
    make_code(subject, {false, true, questions, {}}, 0);
    auto factory = native_of(m, questions, subject.running);
    test_scenarios(subject, factory, file, counts);
    test_claims(subject, factory, file, counts);
  }
  if (counts.all() == 0) throw Stop{"nothing to test: no scenario and no `always` is there"};
  std::cout << counts.text();
  return counts.failed || counts.not_tested || counts.asserting_nothing ? 1 : 0;
}

} // namespace deal::driver
