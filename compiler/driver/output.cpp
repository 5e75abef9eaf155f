#include "driver/output.h"
#include "session/subject.h"
#include <cstring>
#include <fstream>
#include <unistd.h>

namespace deal::driver {
namespace fs = std::filesystem;
using session::Stop;

namespace {

[[noreturn]] void cannot_write(const fs::path &path, const std::string &why) { throw Stop{fmt::format("cannot write `{}`: {}", path.string(), why)}; }

// All of them or none: each is written beside its place first, so that a full disk leaves what stood there. A device or a pipe is written where
// it is.
class Replacement {
public:
  ~Replacement() {
    std::error_code ignored;
    for (auto &[beside, path] : written_) fs::remove(beside, ignored);
  }
  void add(const Output &o) {
    std::error_code ignored;
    if (fs::is_directory(o.path, ignored)) cannot_write(o.path, "it is a folder");
    bool replaced = !fs::exists(o.path, ignored) || fs::is_regular_file(o.path, ignored);
    auto beside = o.path;
    if (replaced) {
      beside += fmt::format(".{}.tmp", getpid());
      written_.emplace_back(beside, o.path);
    }
    std::ofstream out(beside, std::ios::binary);
    out << o.bytes;
    out.close();
    if (!out) cannot_write(o.path, std::strerror(errno));
  }
  void commit() {
    for (auto &[beside, path] : written_) {
      std::error_code failed;
      fs::rename(beside, path, failed);
      if (failed) cannot_write(path, failed.message());
    }
    written_.clear();
  }

private:
  std::vector<std::pair<fs::path, fs::path>> written_;
};

} // namespace

void write_all(const std::vector<Output> &outputs, const std::vector<std::string> &read) {
  for (auto &o : outputs) {
    std::error_code ignored;
    for (auto &source : read)
      if (fs::equivalent(o.path, source, ignored)) throw Stop{fmt::format("`{}` is what is read: name another file with `-o`", o.path.string())};
    for (auto &other : outputs)
      if (&other != &o && other.path == o.path) throw Stop{fmt::format("`{}` would be written twice: name another file with `-o`", o.path.string())};
  }
  Replacement all;
  for (auto &o : outputs) all.add(o);
  all.commit();
}

} // namespace deal::driver
