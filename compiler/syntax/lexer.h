// Text → tokens, as grammar/DealLexer.g4 says. The lexer that ANTLR generates works its tables out anew at each start, a character at a time:
// a third of what `deal check` takes. It is the oracle of this one (tests/unit/lexer_test.cpp).
#pragma once
#include "support/source.h"
#include "syntax/tokens.h"
#include <optional>
// Last: ANTLR undefines EOF.
#include "DealParser.h"

namespace deal::syntax {

// Of valid UTF-8. The parser sees what is not hidden; tokens stand at their places in the map of texts.
class Lexer : public antlr4::TokenSource {
public:
  explicit Lexer(const Source &source) : text_(source.text()), base_(source.base()) {}

  // The next token, space and comments too; none at the end.
  struct Piece {
    std::size_t type, from, size; // in bytes of the text
  };
  std::optional<Piece> next();

  std::unique_ptr<antlr4::Token> nextToken() override;
  size_t getLine() const override { return 0; }
  size_t getCharPositionInLine() override { return INVALID_INDEX; }
  antlr4::CharStream *getInputStream() override { return nullptr; }
  std::string getSourceName() override { return "deal"; }
  antlr4::TokenFactory<antlr4::CommonToken> *getTokenFactory() override { return antlr4::CommonTokenFactory::DEFAULT.get(); }

private:
  std::string_view text_;
  std::uint32_t base_;
  std::size_t at_ = 0;
};

bool is_word(std::size_t type); // of the language
bool is_letter(char32_t);       // the lexer's wide class lets more through than names may hold
bool all_letters(std::string_view name);
bool is_hidden(std::size_t type);
std::string text_of_word(const antlr4::dfa::Vocabulary &, std::size_t type);

} // namespace deal::syntax
