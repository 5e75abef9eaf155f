#include "support/source.h"
#include <algorithm>
#include <cstring>

namespace deal {

Source::Source(std::string path, std::string text) : path_(std::move(path)), text_(std::move(text)), starts_{0} {
  for (std::uint32_t i = 0; i < text_.size(); ++i)
    if (text_[i] == '\n') starts_.push_back(i + 1);
}

Source::Place Source::place(std::uint32_t offset) const {
  offset = std::min<std::uint32_t>(offset, static_cast<std::uint32_t>(text_.size()));
  auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
  auto line = static_cast<std::uint32_t>(after - starts_.begin());
  auto start = starts_[line - 1];
  return {line, static_cast<std::uint32_t>(columns(std::string_view(text_).substr(start, offset - start))) + 1};
}

std::string_view Source::line(std::uint32_t number) const {
  auto start = starts_[number - 1];
  auto end = number < starts_.size() ? starts_[number] - 1 : static_cast<std::uint32_t>(text_.size());
  if (end > start && text_[end - 1] == '\r') --end;
  return std::string_view(text_).substr(start, end - start);
}

std::size_t first_invalid_utf8(std::string_view t) {
  auto byte = [&](std::size_t i) { return i < t.size() ? static_cast<unsigned char>(t[i]) : 0u; };
  auto tail = [&](std::size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
  for (std::size_t i = 0; i < t.size();) {
    if (std::uint64_t word; t.size() - i >= sizeof word) { // eight of ASCII at once
      std::memcpy(&word, t.data() + i, sizeof word);
      if ((word & 0x8080808080808080) == 0) {
        i += sizeof word;
        continue;
      }
    }
    unsigned b = byte(i), c = byte(i + 1);
    if (b < 0x80) i += 1;
    else if (b >= 0xC2 && b <= 0xDF && tail(i + 1)) i += 2;
    else if (b >= 0xE0 && b <= 0xEF && tail(i + 1) && tail(i + 2) && !(b == 0xE0 && c < 0xA0) && !(b == 0xED && c > 0x9F)) i += 3;
    else if (b >= 0xF0 && b <= 0xF4 && tail(i + 1) && tail(i + 2) && tail(i + 3) && !(b == 0xF0 && c < 0x90) && !(b == 0xF4 && c > 0x8F)) i += 4;
    else return i;
  }
  return std::string_view::npos;
}

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; }));
}

} // namespace deal
