// The smallest host: what a library's terms answer as of a day, with neither compiler nor checker in the program (tests/artifact/run looks at
// its link line).
#include "host/instance.h"
#include "host/library.h"
#include "support/date.h"
#include <fstream>
#include <iostream>
#include <sstream>

using namespace deal;

int main(int argc, char **argv) {
  auto day = argc == 3 ? parse_date(argv[2]) : std::nullopt;
  if (!day) return std::cerr << "usage: host_only LIBRARY DATE\n", 2;
  std::ifstream in(argv[1], std::ios::binary);
  std::stringstream bytes;
  bytes << in.rdbuf();
  auto interface = host::read_library(bytes.str());
  if (!interface) return std::cerr << interface.error() << "\n", 2;
  auto loaded = host::load_library(argv[1]);
  if (!loaded) return std::cerr << loaded.error() << "\n", 2;
  host::Code code(*interface, loaded->symbol);
  host::Instance instance(*interface, code);
  for (std::size_t t = 0; t < interface->terms.size(); ++t) {
    auto answer = instance.ask(t, *day);
    auto &info = interface->terms[t];
    std::cout << info.name << " = " << (answer.status == Status::ok ? format_value(info.type, answer.value) : std::string(status_word(answer.status)))
              << "\n";
  }
}
