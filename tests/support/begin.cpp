#include "support/begin.h"
#include "host/library.h"
#include <atomic>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace deal::test {

std::string read(const std::filesystem::path &p) {
  std::ifstream in(p, std::ios::binary);
  std::stringstream s;
  s << in.rdbuf();
  if (!in) throw std::runtime_error("cannot read " + p.string());
  return s.str();
}

session::Compiled compiled(const std::string &text, const std::string &name) {
  Sink sink;
  auto out = session::compile(Source(name, text), sink);
  if (sink.failed()) throw std::runtime_error(render_all(sink, out.program.sources));
  return out;
}

// The file has a name of its own: the same name would be the same library.
interface::Loaded loaded(const std::string &library) {
  static std::atomic<int> number = 0;
  auto path = (std::filesystem::temp_directory_path() / fmt::format("deal-test-{}-{}.so", getpid(), ++number)).string();
  std::ofstream(path, std::ios::binary) << library;
  auto out = host::load_library(path);
  std::filesystem::remove(path);
  if (!out) throw std::runtime_error(out.error());
  return std::move(*out);
}

} // namespace deal::test
