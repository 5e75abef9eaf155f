// What tests begin with: the text of a file, a deal that must compile, a library that is loaded. What goes wrong is thrown, and fails the test.
#pragma once
#include "session/session.h"
#include <filesystem>

namespace deal::test {

std::string read(const std::filesystem::path &);
session::Compiled compiled(const std::string &text, const std::string &name = "test.deal");
interface::Loaded loaded(const std::string &library);

} // namespace deal::test
