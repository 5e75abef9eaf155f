// Texts and byte-exact places in them. The texts that are read together (a file, questions, settings, lines, cells) share one address space:
// each begins at a base of its own, so that a place leads to its text.
#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace deal {

// [begin, end) in bytes. Nothing that is written ends at 0: there an end means that there is no place.
struct Span {
  std::uint32_t begin = 0, end = 0;
  explicit operator bool() const { return end > 0; }
  friend bool operator==(Span, Span) = default;
};

inline Span join(Span a, Span b) { return {a.begin, b.end}; }

// One text. Its places are absolute: they begin at its base.
class Source {
public:
  Source(std::string name, std::string text, std::uint32_t base = 0);

  const std::string &name() const { return name_; }
  std::string_view text() const { return text_; }
  std::string_view text(Span s) const { return std::string_view(text_).substr(s.begin - base_, s.end - s.begin); }
  std::uint32_t base() const { return base_; }
  Span span() const { return {base_, base_ + static_cast<std::uint32_t>(text_.size())}; }

  struct Place {
    std::uint32_t line, column; // from 1; the column counts code points
  };
  Place place(std::uint32_t at) const;
  std::string_view line(std::uint32_t number) const;
  std::uint32_t line_start(std::uint32_t number) const { return base_ + starts_[number - 1]; }
  std::uint32_t lines() const { return static_cast<std::uint32_t>(starts_.size()); }

private:
  friend class Sources;
  std::string name_, text_;
  std::uint32_t base_;
  std::vector<std::uint32_t> starts_;
};

// The map of all texts.
class Sources {
public:
  Sources() = default;
  explicit Sources(Source first) { add(std::move(first)); }

  // Behind the texts that are there. Its end is a place of its own: texts do not touch.
  const Source &add(Source);
  // What was added since there were `count` texts is taken back; nothing may point to it.
  void shrink(std::size_t count);
  std::size_t size() const { return all_.size(); }
  const Source &operator[](std::size_t index) const { return all_[index]; }

  const Source &of(std::uint32_t at) const;
  const Source &of(Span s) const { return of(s.begin); }
  std::string_view text(Span s) const { return of(s).text(s); }
  Source::Place place(std::uint32_t at) const { return of(at).place(at); }

private:
  std::deque<Source> all_;
};

// The offset of the first byte that is not UTF-8 (RFC 3629), or npos.
std::size_t first_invalid_utf8(std::string_view text);

// Of valid UTF-8: the bytes of the first character, and which one it is.
struct Character {
  std::size_t bytes;
  char32_t code;
};
Character first_character(std::string_view);
std::size_t characters(std::string_view);

} // namespace deal
