#include "support/printable.h"
#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <utility>

namespace deal {
namespace {

// Unicode's controls, formats, blanks but for the common one, and what sets the direction of writing.
constexpr std::pair<char32_t, char32_t> unseen[] = {
    {0, 0x1F},        {0x7F, 0xA0},     {0xAD, 0xAD},     {0x34F, 0x34F},   {0x61C, 0x61C},         {0x115F, 0x1160},
    {0x1680, 0x1680}, {0x17B4, 0x17B5}, {0x180B, 0x180F}, {0x2000, 0x200F}, {0x2028, 0x202F},       {0x205F, 0x206F},
    {0x3000, 0x3000}, {0x3164, 0x3164}, {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF}, {0xFFF0, 0xFFFB},       {0xE0000, 0xE0FFF},
};

// The character at the front of a text that is UTF-8, and how many bytes it takes; a stray byte is itself.
std::pair<char32_t, std::size_t> first_character(std::string_view t) {
  auto lead = static_cast<unsigned char>(t[0]);
  std::size_t size = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (size == 1 || size > t.size()) return {lead, 1};
  char32_t c = lead & (0xFFu >> (size + 1));
  for (std::size_t k = 1; k < size; ++k) c = c << 6 | (static_cast<unsigned char>(t[k]) & 0x3F);
  return {c, size};
}

} // namespace

std::string printable(std::string_view text, std::size_t most) {
  std::string out;
  for (std::size_t shown = 0; !text.empty(); ++shown) {
    if (shown == most) return out + "…";
    auto [c, size] = first_character(text);
    auto hidden = std::any_of(std::begin(unseen), std::end(unseen), [c = c](auto &range) { return range.first <= c && c <= range.second; });
    if (hidden || (size == 1 && c >= 0x80)) out += fmt::format("\\u{{{:x}}}", static_cast<std::uint32_t>(c));
    else out += text.substr(0, size);
    text.remove_prefix(size);
  }
  return out;
}

} // namespace deal
