#include "driver/visible.h"
#include "support/terminal.h"
#include <algorithm>
#include <string_view>

namespace deal::driver {
namespace {

// Bytes of a colour (`\x1b[1;31m`) that the text begins with, else 0.
std::size_t color(std::string_view text) {
  if (!text.starts_with("\x1b[")) return 0;
  auto end = text.find_first_not_of("0123456789;", 2);
  return end != std::string_view::npos && text[end] == 'm' ? end + 1 : 0;
}

// Bytes at the end that are the beginning of a character.
std::size_t begun(std::string_view text) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size()); ++back) {
    auto c = static_cast<unsigned char>(text[text.size() - back]);
    if (c < 0x80) return 0;
    if (c >= 0xC0) return back < (c < 0xE0 ? 2u : c < 0xF0 ? 3u : 4u) ? back : 0;
  }
  return 0;
}

} // namespace

Visible::Visible(std::ostream &stream, bool colors) : stream_(stream), to_(stream.rdbuf()), colors_(colors) { stream.rdbuf(this); }

Visible::~Visible() {
  auto state = stream_.rdstate();
  if (!pass(waiting_.size())) state |= std::ios_base::badbit;
  stream_.rdbuf(to_); // which clears the state
  stream_.setstate(state);
}

bool Visible::pass(std::size_t size) {
  std::string out;
  for (std::string_view rest(waiting_.data(), size); !rest.empty();) {
    auto end = colors_ ? std::min(rest.find('\x1b'), rest.size()) : rest.size();
    out += for_terminal(rest.substr(0, end));
    rest.remove_prefix(end);
    auto own = color(rest);
    if (rest.empty()) break;
    out += own > 0 ? std::string(rest.substr(0, own)) : for_terminal(rest.substr(0, 1));
    rest.remove_prefix(std::max<std::size_t>(own, 1));
  }
  waiting_.erase(0, size);
  return to_->sputn(out.data(), static_cast<std::streamsize>(out.size())) == static_cast<std::streamsize>(out.size());
}

Visible::int_type Visible::overflow(int_type c) {
  if (traits_type::eq_int_type(c, traits_type::eof())) return sync() == 0 ? traits_type::not_eof(c) : c;
  char byte = traits_type::to_char_type(c);
  return xsputn(&byte, 1) == 1 ? c : traits_type::eof();
}

std::streamsize Visible::xsputn(const char *text, std::streamsize size) {
  waiting_.append(text, static_cast<std::size_t>(size));
  auto line = waiting_.rfind('\n');
  return line == std::string::npos || pass(line + 1) ? size : 0;
}

int Visible::sync() {
  bool written = pass(waiting_.size() - begun(waiting_));
  return written && to_->pubsync() == 0 ? 0 : -1;
}

} // namespace deal::driver
