// tests/vectors/refused: the files that today's language cannot say, each with the number of its cases and the code of its first
// error. A file that is refused and not named here is a failure; so is one that is named and no longer refused.
#pragma once
#include <filesystem>
#include <map>
#include <string>

namespace deal::test {

struct Refused {
  int cases = 0;
  std::string code;
  friend bool operator==(const Refused &, const Refused &) = default;
};
// By suite and name, `ledgers/recoup`.
std::map<std::string, Refused> named_as_refused(const std::filesystem::path &vectors);

} // namespace deal::test
