#include "driver/commands/commands.h"
#include "syntax/print.h"
#include <iostream>
#include <unistd.h>

namespace deal::driver {

int check_command(const std::vector<std::string> &files, bool tree) {
  int code = 0;
  for (auto &file : files) {
    Sink sink;
    auto compiled = compile(Source(file, read_file(file)), sink);
    if (tree) std::cout << syntax::print(compiled.program.tree, compiled.program.sources);
    std::cerr << render_all(sink, compiled.program.sources, {color_wanted(STDERR_FILENO)});
    if (sink.failed()) {
      std::cerr << fmt::format("{}: {} error{}\n", file, sink.errors(), sink.errors() == 1 ? "" : "s");
      code = 1;
    }
  }
  return code;
}

} // namespace deal::driver
