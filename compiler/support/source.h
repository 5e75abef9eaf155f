// Source text and byte-exact spans.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace deal {

// [begin, end) in bytes of the original file.
struct Span {
  std::uint32_t begin = 0, end = 0;
  friend bool operator==(Span, Span) = default;
};

inline Span join(Span a, Span b) { return {a.begin, b.end}; }

class Source {
public:
  Source(std::string path, std::string text);

  const std::string &path() const { return path_; }
  std::string_view text() const { return text_; }
  std::string_view text(Span s) const { return std::string_view(text_).substr(s.begin, s.end - s.begin); }

  struct Place {
    std::uint32_t line, column; // from 1; the column counts code points
  };
  Place place(std::uint32_t offset) const;
  std::string_view line(std::uint32_t number) const;
  std::uint32_t line_start(std::uint32_t number) const { return starts_[number - 1]; }
  std::uint32_t lines() const { return static_cast<std::uint32_t>(starts_.size()); }

private:
  std::string path_, text_;
  std::vector<std::uint32_t> starts_;
};

// The offset of the first byte that is not UTF-8 (RFC 3629), or npos.
std::size_t first_invalid_utf8(std::string_view text);

// Terminal columns a UTF-8 text takes, one for each code point.
std::size_t columns(std::string_view text);

} // namespace deal
