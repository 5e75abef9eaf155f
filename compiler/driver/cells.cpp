#include "driver/cells.h"
#include "support/date.h"
#include <algorithm>
#include <fmt/format.h>

namespace deal::driver {
namespace {

// A number with at most `places` digits after the point, times 10^places. At most 18 digits in all.
std::optional<std::int64_t> decimal(std::string_view t, int places) {
  bool negative = t.starts_with('-');
  if (negative) t.remove_prefix(1);
  std::int64_t n = 0;
  std::size_t i = 0;
  auto digits = [&] {
    auto from = i;
    for (; i < t.size() && t[i] >= '0' && t[i] <= '9'; ++i) n = n * 10 + (t[i] - '0');
    return i - from;
  };
  if (t.empty() || t.size() > 19 || digits() == 0) return std::nullopt;
  auto whole = i;
  std::size_t after = 0;
  if (i < t.size() && t[i] == '.') {
    ++i;
    after = digits();
    if (after == 0) return std::nullopt;
  }
  auto wanted = static_cast<std::size_t>(places);
  if (i != t.size() || after > wanted || whole + wanted > 18) return std::nullopt;
  for (; after < wanted; ++after) n *= 10;
  return negative ? -n : n;
}

void append_decimal(std::string &to, std::int64_t n, int places) {
  auto size = n < 0 ? 0 - static_cast<std::uint64_t>(n) : static_cast<std::uint64_t>(n);
  if (n < 0) to += '-';
  fmt::format_int digits(size);
  auto shown = static_cast<std::size_t>(places);
  if (digits.size() <= shown) {
    to += "0.";
    to.append(shown - digits.size(), '0').append(digits.data(), digits.size());
    return;
  }
  auto whole = digits.size() - shown;
  to.append(digits.data(), whole);
  if (shown > 0) (to += '.').append(digits.data() + whole, shown);
}

} // namespace

std::optional<std::int64_t> plain_word(const ValueType &t, std::string_view text) {
  switch (t.base) {
  case ValueType::boolean:
    if (text == "true") return 1;
    if (text == "false") return 0;
    return std::nullopt;
  case ValueType::integer: return decimal(text, 0);
  case ValueType::decimal: return decimal(text, t.scale);
  case ValueType::money:
    if (text.size() > 4 && text.ends_with(t.currency) && text[text.size() - t.currency.size() - 1] == ' ') text.remove_suffix(t.currency.size() + 1);
    return decimal(text, t.scale);
  case ValueType::percent:
    if (!text.ends_with('%')) return std::nullopt;
    return decimal(text.substr(0, text.size() - 1), t.scale - 2);
  case ValueType::date:
    if (auto day = parse_date(text)) return *day;
    return std::nullopt;
  case ValueType::choice:
  case ValueType::party:
  case ValueType::asset:
    if (auto at = std::find(t.names.begin(), t.names.end(), text); at != t.names.end()) return at - t.names.begin();
    return std::nullopt;
  default: return std::nullopt;
  }
}

void append_word(std::string &to, const ValueType &t, std::int64_t word) {
  switch (t.base) {
  case ValueType::boolean: to.append(word ? "true" : "false", word ? 4 : 5); return;
  case ValueType::integer: append_decimal(to, word, 0); return;
  case ValueType::decimal:
  case ValueType::money: append_decimal(to, word, t.scale); return;
  case ValueType::date: to += format_date(static_cast<std::int32_t>(word)); return;
  default: to += format_value(t, Rational(Integer(word), power_of_ten(t.scale)));
  }
}

} // namespace deal::driver
