// Civil dates as days since 1970-01-01, for the compiler's own constants (proleptic Gregorian, ISO 8601).
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace deal {

inline constexpr std::int32_t first_day = -719162; // 0001-01-01
inline constexpr std::int32_t last_day = 2932896;  // 9999-12-31

inline std::optional<std::int32_t> day_of(int y, unsigned m, unsigned d) {
  std::chrono::year_month_day ymd{std::chrono::year(y), std::chrono::month(m), std::chrono::day(d)};
  if (y < 1 || y > 9999 || !ymd.ok()) return std::nullopt;
  return static_cast<std::int32_t>(std::chrono::sys_days(ymd).time_since_epoch().count());
}

inline std::chrono::year_month_day civil(std::int32_t day) { return std::chrono::sys_days(std::chrono::days(day)); }

// YYYY-MM-DD; none where the day does not exist.
std::optional<std::int32_t> parse_date(std::string_view text);
std::string format_date(std::int32_t day);

} // namespace deal
