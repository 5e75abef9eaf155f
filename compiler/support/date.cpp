#include "support/date.h"
#include <fmt/format.h>

namespace deal {

std::optional<std::int32_t> parse_date(std::string_view t) {
  if (t.size() != 10 || t[4] != '-' || t[7] != '-') return std::nullopt;
  unsigned n[3] = {0, 0, 0};
  for (unsigned i = 0; i < 10; ++i) {
    if (i == 4 || i == 7) continue;
    if (t[i] < '0' || t[i] > '9') return std::nullopt;
    auto &part = n[i < 4 ? 0 : i < 7 ? 1 : 2];
    part = part * 10 + static_cast<unsigned>(t[i] - '0');
  }
  return day_of(static_cast<int>(n[0]), n[1], n[2]);
}

std::string format_date(std::int32_t day) {
  auto d = civil(day);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(d.year()), static_cast<unsigned>(d.month()), static_cast<unsigned>(d.day()));
}

} // namespace deal
