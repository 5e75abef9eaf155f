// What goes to people is text that can only be seen: a title, a note, a cell or a path of a hostile file does not act on the terminal.
#pragma once
#include <ostream>
#include <streambuf>
#include <string>

namespace deal::driver {

// While it stands, what is written to the stream goes through `for_terminal`; colours of our own go through where there are any.
class Visible : public std::streambuf {
public:
  Visible(std::ostream &, bool colors);
  ~Visible() override;
  Visible(const Visible &) = delete;
  Visible &operator=(const Visible &) = delete;

protected:
  int_type overflow(int_type) override;
  std::streamsize xsputn(const char *, std::streamsize) override;
  int sync() override;

private:
  bool pass(std::size_t size); // the first bytes of what waits

  std::ostream &stream_;
  std::streambuf *to_;
  bool colors_;
  std::string waiting_; // the line at hand
};

} // namespace deal::driver
