// What a command writes to files.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace deal::driver {

struct Output {
  std::filesystem::path path;
  std::string bytes;
};
// All of them or none; never over what was read, never two at one place. Throws Stop.
void write_all(const std::vector<Output> &, const std::vector<std::string> &read);

} // namespace deal::driver
