#include "driver/commands/commands.h"
#include "driver/output.h"
#include "host/library.h"
#include "host/migrate.h"
#include <iostream>

namespace deal::driver {
namespace {

interface::Interface interface_of(const std::string &path) {
  auto read = host::read_library(read_file(path));
  if (!read) throw Stop{fmt::format("`{}`: {}", path, read.error())};
  return std::move(*read);
}

} // namespace

int migrate_command(const MigrateOptions &o) {
  auto older = interface_of(o.older), newer = interface_of(o.newer);
  auto loaded = host::load_library(o.newer);
  if (!loaded) throw Stop{loaded.error()};
  host::Code code(newer, loaded->symbol);
  auto bytes = read_file(o.state);
  std::size_t size = older.state_layout.size;
  if (bytes.empty() || bytes.size() % size != 0)
    throw Stop{fmt::format("`{}` has {} bytes, and a state of `{}` has {}", o.state, bytes.size(), o.older, size)};
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    std::span state(reinterpret_cast<const std::uint8_t *>(bytes.data()) + at, size);
    if (!host::fits(older, state)) throw Stop{fmt::format("`{}` holds no state of `{}`", o.state, o.older)};
    auto carried = host::migrate(older, newer, code, state);
    if (!carried) throw Stop{carried.error(), 1};
    out.append(carried->begin(), carried->end());
  }
  if (o.output.empty() || o.output == "-") std::cout << out;
  else write_all({{o.output, std::move(out)}}, {o.older, o.newer});
  return 0;
}

} // namespace deal::driver
