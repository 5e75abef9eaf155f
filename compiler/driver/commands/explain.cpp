#include "driver/commands/commands.h"
#include <iostream>

namespace deal {
std::string_view diagnostic_page(std::string_view code); // docs/diagnostics, embedded
}

namespace deal::driver {

int explain_command(const std::string &code) {
  auto page = diagnostic_page(code);
  if (page.empty()) throw Stop{fmt::format("there is no diagnostic `{}`; the codes look like D0301", code)};
  std::cout << page;
  return 0;
}

} // namespace deal::driver
