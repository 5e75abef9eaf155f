// How the parser comes to itself after an error: at the next item, line or step of the block that it is in, each known by its first word.
// Which words these are is read from the grammar.
#pragma once
#include "syntax/lexer.h"

namespace deal::syntax {

class Recovery : public antlr4::DefaultErrorStrategy {
public:
  Recovery(grammar::DealParser &, const Source &);

  // The `{` of a block that has no `}` before the next item, or before the end. None where the token is no such place.
  const antlr4::Token *unclosed(const antlr4::Token &);

  void recover(antlr4::Parser *, std::exception_ptr) override;
  antlr4::Token *recoverInline(antlr4::Parser *) override;
  void sync(antlr4::Parser *) override;

protected:
  // Only where it is; the words are the listener's.
  void reportNoViableAlternative(antlr4::Parser *, const antlr4::NoViableAltException &e) override { say(e.getOffendingToken()); }
  void reportInputMismatch(antlr4::Parser *, const antlr4::InputMismatchException &e) override { say(e.getOffendingToken()); }
  void reportUnwantedToken(antlr4::Parser *) override { say_once(); }
  void reportMissingToken(antlr4::Parser *) override { say_once(); }

private:
  void say(antlr4::Token *token) { parser_.notifyErrorListeners(token, {}, nullptr); }
  void say_once();
  using Words = antlr4::misc::IntervalSet;
  enum Form : std::uint8_t { one, of_a_list, list }; // a thing that stands once, one of many, a block of them
  struct Harbour {
    std::size_t rule;
    Form form;
    const Words *words; // what goes on behind it, or in it
  };
  struct Place { // of a token
    std::size_t depth = 0;
    bool first = false, item = false; // on its line; begins an item for certain
    std::size_t indent = 0;           // of its line
    std::size_t opener = SIZE_MAX;
  };
  const Harbour *harbour(std::size_t rule, bool loop) const;
  const std::vector<Place> &places();
  Place place_of(std::size_t index) { return places().at(index); }
  bool begins_item(std::size_t index, const Place &) const;
  void skip(const Words &, std::size_t depth, std::size_t indent);

  grammar::DealParser &parser_;
  const Source &source_;
  Words items_, lines_, revisions_, steps_, changes_, exemptions_, updates_, readings_;
  std::vector<Harbour> harbours_;
  std::vector<int> uses_;     // of a kind of token in the grammar
  std::vector<Place> places_; // made when there is an error
};

} // namespace deal::syntax
