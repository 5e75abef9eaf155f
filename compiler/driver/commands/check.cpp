#include "driver/commands/commands.h"
#include <iostream>
#include <unistd.h>

namespace deal::driver {

int check_command(const std::vector<std::string> &files) {
  int code = 0;
  for (auto &file : files) {
    Source source(file, read_file(file));
    Sink sink;
    compile(source, sink);
    std::cerr << render_all(sink, source, {color_wanted(STDERR_FILENO)});
    if (sink.failed()) {
      std::cerr << fmt::format("{}: {} error{}\n", file, sink.errors(), sink.errors() == 1 ? "" : "s");
      code = 1;
    }
  }
  return code;
}

} // namespace deal::driver
