// The tokens of a text, for whoever colours, formats or completes it.
#pragma once
#include "support/source.h"
#include <vector>

namespace deal::syntax {

struct Token {
  enum Kind : std::uint8_t { word, name, number, percent, date, text, sign, space, comment, stray } kind;
  Span span;
};
// Each byte of the text is in one of them: space and comments are tokens too. Of a text that is no UTF-8, none.
std::vector<Token> tokens(const Source &);

} // namespace deal::syntax
