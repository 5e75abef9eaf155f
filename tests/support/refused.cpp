#include "support/refused.h"
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace deal::test {

std::map<std::string, Refused> named_as_refused(const std::filesystem::path &vectors) {
  std::ifstream in(vectors / "refused");
  if (!in) throw std::runtime_error((vectors / "refused").string() + " is not there");
  std::map<std::string, Refused> out;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    std::string name;
    Refused row;
    std::istringstream words(line);
    if (!(words >> name >> row.cases >> row.code) || !out.emplace(name, row).second) throw std::runtime_error("tests/vectors/refused: " + line);
  }
  return out;
}

} // namespace deal::test
