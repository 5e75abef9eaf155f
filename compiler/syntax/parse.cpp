#include "syntax/parse.h"
#include "support/guesses.h"
#include "support/terminal.h"
#include "syntax/builder.h"
#include "syntax/lexer.h"
#include "syntax/recovery.h"
#include <set>

#include "DealLexer.h"

namespace deal::syntax {
namespace {

using L = grammar::DealLexer;

constexpr std::size_t most_errors = 50; // that are said of one text

class Listener : public antlr4::BaseErrorListener {
public:
  Listener(const Source &source, Sink &sink, Recovery &recovery) : source_(source), sink_(sink), recovery_(recovery) {}

  void syntaxError(antlr4::Recognizer *recognizer, antlr4::Token *token, size_t, size_t, const std::string &, std::exception_ptr) override {
    if (!token || reported(*token) || ++count_ > most_errors) return;
    bool end = token->getType() == antlr4::Token::EOF;
    // The end of the text shows behind its last word.
    auto last = source_.base() + static_cast<std::uint32_t>(source_.text().find_last_not_of(" \t\r\n") + 1);
    auto &d = sink_.report(Diag::unexpected, end ? Span{last, last} : span_of(*token),
                           end ? std::string("end of the file") : fmt::format("`{}`", token->getText()));
    if (auto *open = recovery_.unclosed(*token)) d.at(span_of(*open), "this `{` is not closed");
    if (auto *parser = dynamic_cast<antlr4::Parser *>(recognizer)) expected(d, *parser, *token);
  }

private:
  // What is no letter, and what has no meaning, was said before.
  static bool reported(const antlr4::Token &token) {
    return token.getType() == L::STRAY || (token.getType() == L::NAME && !all_letters(token.getText()));
  }
  void expected(Diagnostic &d, antlr4::Parser &parser, antlr4::Token &token) const {
    auto expected = parser.getExpectedTokens();
    auto raw = token.getType() == antlr4::Token::EOF ? std::string() : token.getText();
    if (is_word(token.getType()) && expected.contains(static_cast<ssize_t>(L::NAME)))
      d.with_help(fmt::format("`{}` is a word of the language and cannot be a name here", raw));
    Guesses guesses;
    std::vector<std::string> words;
    for (auto type : expected.toList()) {
      words.push_back(word(parser, static_cast<size_t>(type)));
      if (is_word(static_cast<size_t>(type))) guesses.add(text_of_word(parser.getVocabulary(), static_cast<size_t>(type)), 0);
    }
    if (token.getType() == L::NAME)
      if (auto guess = guesses.closest(raw, 0)) d.with_help(fmt::format("did you mean `{}`?", *guess));
    if (words.empty() || words.size() > 6) return;
    std::string list;
    for (std::size_t i = 0; i < words.size(); ++i) list += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
    d.labels[0].text = "expected " + list;
  }
  static std::string word(antlr4::Parser &parser, size_t type) {
    if (type == antlr4::Token::EOF) return "the end of the file";
    if (is_word(type)) return "`" + text_of_word(parser.getVocabulary(), type) + "`";
    auto literal = parser.getVocabulary().getLiteralName(type);
    if (!literal.empty()) return "`" + literal.substr(1, literal.size() - 2) + "`";
    switch (type) {
    case L::NAME: return "a name";
    case L::STRING_LITERAL: return "a text in quotes";
    case L::DATE_LITERAL: return "a date";
    case L::INSTANT_LITERAL: return "an instant";
    case L::NUMBER_LITERAL: return "a number";
    case L::PERCENT_LITERAL: return "a percentage";
    case L::DAYCOUNT: return "a day count";
    default: return parser.getVocabulary().getSymbolicName(type);
    }
  }
  const Source &source_;
  Sink &sink_;
  Recovery &recovery_;
  std::size_t count_ = 0;
};

// Recursion of the parser is bounded before it starts: brackets, and words that lead an operand.
bool shallow(antlr4::CommonTokenStream &tokens, Sink &sink) {
  static const std::set<size_t> leading = {L::NOT, L::MINUS, L::IF, L::WHOLE, L::DAYS, L::LIST};
  static const std::set<size_t> fresh = {L::DEFINE, L::PARAMETER, L::FACT,  L::STATE,  L::EXPECT, L::ON,    L::WITH,
                                         L::GIVEN,  L::WHEN,      L::COLON, L::LBRACE, L::RBRACE, L::EXCEPT};
  int depth = 0, run = 0;
  for (auto *token : tokens.getTokens()) {
    auto type = token->getType();
    if (type == L::LPAREN || type == L::LBRACE) ++depth;
    if (type == L::RPAREN || type == L::RBRACE) --depth;
    if (leading.count(type)) ++run;
    if (fresh.count(type)) run = 0;
    if (depth + run > max_depth) {
      sink.report(Diag::too_deep, span_of(*token));
      return false;
    }
  }
  return true;
}

// What cannot be seen is named by its number.
std::string shown(std::string_view character, char32_t code) {
  auto visible = for_terminal(character);
  return code == '\r' || columns(character) == 0 ? fmt::format("U+{:04X}", static_cast<std::uint32_t>(code)) : visible;
}

void lexical_errors(antlr4::CommonTokenStream &tokens, const Source &source, Sink &sink) {
  std::size_t said = 0;
  for (auto *token : tokens.getTokens()) {
    auto span = span_of(*token);
    auto raw = source.text(span);
    if (token->getType() == L::STRAY && ++said <= most_errors) sink.report(Diag::stray_character, span, shown(raw, first_character(raw).code));
    if (token->getType() != L::NAME) continue;
    for (std::size_t i = 0, size = 1; i < raw.size(); i += size) {
      auto character = first_character(raw.substr(i));
      size = character.bytes;
      auto from = static_cast<std::uint32_t>(span.begin + i);
      if (size > 1 && !is_letter(character.code) && ++said <= most_errors)
        sink.report(Diag::not_a_letter, {from, static_cast<std::uint32_t>(from + size)}, shown(raw.substr(i, size), character.code));
    }
  }
}

bool readable(const Source &source, Sink &sink) {
  auto text = source.text();
  if (text.size() > max_bytes) return sink.report(Diag::too_large, {source.base(), source.base()}), false;
  auto bad = first_invalid_utf8(text);
  if (bad == std::string_view::npos) return true;
  auto at = source.base() + static_cast<std::uint32_t>(bad);
  return sink.report(Diag::not_utf8, {at, at + 1}), false;
}

// Nothing is built where the text cannot be parsed at all; what is behind an error that the parser came to itself after is.
template <class Rule, class Build> void run(const Source &source, Tree &tree, Sink &sink, Rule rule, Build build) {
  if (!readable(source, sink)) return;
  Lexer lexer(source);
  antlr4::CommonTokenStream tokens(&lexer);
  tokens.fill();
  lexical_errors(tokens, source, sink);
  if (!shallow(tokens, sink)) return;
  P parser(&tokens);
  parser.removeErrorListeners();
  auto *sim = parser.getInterpreter<antlr4::atn::ParserATNSimulator>();
  sim->setPredictionMode(antlr4::atn::PredictionMode::SLL);
  parser.setErrorHandler(std::make_shared<antlr4::BailErrorStrategy>());
  Builder builder(source, tree, sink, tokens);
  try {
    build(builder, rule(parser));
    return;
  } catch (const antlr4::ParseCancellationException &) {}
  tokens.seek(0);
  parser.reset();
  sim->setPredictionMode(antlr4::atn::PredictionMode::LL);
  auto recovery = std::make_shared<Recovery>(parser, source);
  parser.setErrorHandler(recovery);
  Listener listener(source, sink, *recovery);
  parser.addErrorListener(&listener);
  try {
    build(builder, rule(parser));
  } catch (const antlr4::RecognitionException &) { // an expression on its own: nothing to come to
  }
}

} // namespace

Tree parse(const Source &source, Sink &sink) {
  Tree tree;
  if (source.text().find_first_not_of(" \t\r\n\xEF\xBB\xBF") == std::string_view::npos) {
    sink.report(Diag::empty_file, {source.base(), source.base()});
    return tree;
  }
  run(
      source, tree, sink, [](P &p) { return p.file(); }, [](Builder &b, P::FileContext *c) { b.file(c); });
  return tree;
}

ExprId parse_expression(const Source &source, Tree &into, Sink &sink) {
  ExprId out;
  run(
      source, into, sink, [](P &p) { return p.single(); }, [&](Builder &b, P::SingleContext *c) { out = b.expr(c->expr()); });
  return out;
}

std::vector<Step> parse_steps(const Source &source, Tree &into, Sink &sink) {
  std::vector<Step> out;
  run(
      source, into, sink, [](P &p) { return p.steps(); }, [&](Builder &b, P::StepsContext *c) { out = b.steps(c, c->step()); });
  return out;
}

std::vector<Item> parse_items(const Source &source, Tree &into, Sink &sink) {
  std::vector<Item> out;
  run(
      source, into, sink, [](P &p) { return p.items(); }, [&](Builder &b, P::ItemsContext *c) { out = b.items(c, c->item()); });
  return out;
}

} // namespace deal::syntax
