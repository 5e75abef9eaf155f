// Text → tokens, as grammar/DealLexer.g4 says. The lexer that ANTLR generates works its tables out anew at each start, a character at a time:
// a third of what `deal check` takes. It is the oracle of this one (tests/unit/lexer_test.cpp).
#pragma once
#include "support/source.h"
// Last: ANTLR undefines EOF.
#include "DealParser.h"

namespace deal::syntax {

// Of valid UTF-8. Tokens stand at bytes; space and comments are left out.
class Lexer : public antlr4::TokenSource {
public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::unique_ptr<antlr4::Token> nextToken() override;
  size_t getLine() const override { return 0; }
  size_t getCharPositionInLine() override { return INVALID_INDEX; }
  antlr4::CharStream *getInputStream() override { return nullptr; }
  std::string getSourceName() override { return "deal"; }
  antlr4::TokenFactory<antlr4::CommonToken> *getTokenFactory() override { return antlr4::CommonTokenFactory::DEFAULT.get(); }

private:
  std::string_view text_;
  std::size_t at_ = 0;
};

std::size_t code_point(std::string_view); // bytes of the first one
bool is_word(size_t type);                // of the language
std::string text_of_word(const antlr4::dfa::Vocabulary &, size_t type);

} // namespace deal::syntax
