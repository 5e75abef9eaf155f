#include "support/printable.h"
#include "support/source.h"
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

} // namespace

std::string printable(std::string_view text, std::size_t most) {
  std::string out;
  auto valid = std::min(first_invalid_utf8(text), text.size()); // bytes in front that are UTF-8
  for (std::size_t shown = 0; !text.empty(); ++shown) {
    if (shown == most) return out + "…";
    bool stray = valid == 0;
    auto [size, c] = stray ? Character{1, static_cast<unsigned char>(text[0])} : first_character(text);
    auto hidden = std::any_of(std::begin(unseen), std::end(unseen), [c = c](auto &range) { return range.first <= c && c <= range.second; });
    if (hidden || stray) out += fmt::format("\\u{{{:x}}}", static_cast<std::uint32_t>(c));
    else out += text.substr(0, size);
    text.remove_prefix(size);
    valid = stray ? std::min(first_invalid_utf8(text), text.size()) : valid - size;
  }
  return out;
}

} // namespace deal
