#include "support/source.h"
#include <algorithm>
#include <cstring>
#include <iterator>
#include <stdexcept>

namespace deal {

Source::Source(std::string name, std::string text, std::uint32_t base) : name_(std::move(name)), text_(std::move(text)), base_(base), starts_{0} {
  for (std::size_t at = 0; (at = text_.find('\n', at)) != std::string::npos;) starts_.push_back(static_cast<std::uint32_t>(++at));
}

Source::Place Source::place(std::uint32_t at) const {
  auto offset = std::min<std::uint32_t>(at - std::min(at, base_), static_cast<std::uint32_t>(text_.size()));
  auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
  auto line = static_cast<std::uint32_t>(after - starts_.begin());
  auto start = starts_[line - 1];
  return {line, static_cast<std::uint32_t>(characters(std::string_view(text_).substr(start, offset - start))) + 1};
}

std::string_view Source::line(std::uint32_t number) const {
  auto start = starts_[number - 1];
  auto end = number < starts_.size() ? starts_[number] - 1 : static_cast<std::uint32_t>(text_.size());
  if (end > start && text_[end - 1] == '\r') --end;
  return std::string_view(text_).substr(start, end - start);
}

const Source &Sources::add(Source text) {
  auto base = all_.empty() ? 0 : std::uint64_t(all_.back().base_) + all_.back().text_.size() + 1;
  if (base + text.text_.size() >= UINT32_MAX) throw std::length_error("more than 4 GiB of text");
  text.base_ = static_cast<std::uint32_t>(base);
  return all_.emplace_back(std::move(text));
}

void Sources::shrink(std::size_t count) { all_.erase(all_.begin() + static_cast<std::ptrdiff_t>(count), all_.end()); }

const Source &Sources::of(std::uint32_t at) const {
  auto after = std::upper_bound(all_.begin(), all_.end(), at, [](std::uint32_t a, const Source &s) { return a < s.base_; });
  return *std::prev(after);
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

Character first_character(std::string_view t) {
  auto lead = static_cast<unsigned char>(t[0]);
  if (lead < 0x80) return {1, lead};
  std::size_t bytes = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  auto code = static_cast<char32_t>(lead & (0x7F >> bytes));
  for (std::size_t k = 1; k < bytes; ++k) code = (code << 6) | static_cast<char32_t>(t[k] & 0x3F);
  return {bytes, code};
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; }));
}

} // namespace deal
