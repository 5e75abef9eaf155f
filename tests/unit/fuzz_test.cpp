// What is no deal, or nearly one, is answered with diagnostics: the seeds of tests/fuzz, each cut off at many places and with bytes changed.
#include "session/session.h"
#include "support/begin.h"
#include <filesystem>
#include <gtest/gtest.h>
#include <random>

using namespace deal;
namespace fs = std::filesystem;

namespace {

std::vector<fs::path> seeds(const char *folder) {
  std::vector<fs::path> out;
  for (auto &e : fs::recursive_directory_iterator(fs::path(DEAL_ROOT) / folder))
    if (e.is_regular_file()) out.push_back(e.path());
  std::sort(out.begin(), out.end());
  EXPECT_FALSE(out.empty()) << folder;
  return out;
}

// Either it is a deal or something is said, and what is said can be shown.
void is_answered(const std::string &text) {
  Sink sink;
  auto compiled = session::compile(Source("seed.deal", text), sink);
  EXPECT_TRUE(sink.all().empty() || !render_all(sink, compiled.program.sources).empty());
}

// The text itself, its beginnings, and neighbours that differ in a few bytes.
template <class F> void and_neighbours(const std::string &text, F answered) {
  std::mt19937_64 random(text.size());
  answered(text);
  if (text.size() > 4000) return; // depth and size are what it is about
  for (int k = 0; k < 8 && !text.empty(); ++k) answered(text.substr(0, random() % text.size()));
  static constexpr std::string_view bytes = "{}()\",.:=-+*/#%0aZ \n\xff\x01";
  for (int k = 0; k < 12 && !text.empty(); ++k) {
    auto other = text;
    for (auto times = 1 + random() % 3; times > 0; --times) other[random() % other.size()] = bytes[random() % bytes.size()];
    answered(other);
  }
}

TEST(Fuzz, DealsAndWhatIsNearly) {
  for (auto folder : {"tests/fuzz/deals", "tests/golden/deals"})
    for (auto &seed : seeds(folder)) {
      SCOPED_TRACE(seed.string());
      and_neighbours(test::read(seed), is_answered);
    }
}

TEST(Fuzz, Questions) {
  Sink sink;
  auto compiled = session::compile(Source("q.deal", "deal Q effective 2026-01-01\ncurrency USD\nround half even\nparty A, B\nkind K { Red, Green }\nfact k: K\n"
                                                   "fact x: boolean\nevent S reported by B { g: money }\naction ship(n: integer)\n"
                                                   "payment P { A pays 10% of S.g to B }\n"),
                                  sink);
  ASSERT_FALSE(sink.failed());
  for (auto &seed : seeds("tests/fuzz/questions")) {
    SCOPED_TRACE(seed.string());
    and_neighbours(test::read(seed), [&](const std::string &text) {
      Sink said;
      auto term = check::check_question(compiled.program, Source("question", text), said);
      EXPECT_TRUE(term || said.failed()) << text;
      EXPECT_TRUE(said.all().empty() || !render_all(said, compiled.program.sources).empty());
    });
  }
}

} // namespace
