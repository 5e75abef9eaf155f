#include "syntax/parse.h"
#include "syntax/builder.h"
#include "syntax/lexer.h"
#include <set>

#include "DealLexer.h"

namespace deal::syntax {
namespace {

using L = grammar::DealLexer;

class Listener : public antlr4::BaseErrorListener {
public:
  Listener(const Source &source, Sink &sink) : source_(source), sink_(sink) {}

  void syntaxError(antlr4::Recognizer *recognizer, antlr4::Token *token, size_t, size_t, const std::string &, std::exception_ptr) override {
    if (!token || ++count_ > 20) return;
    bool end = token->getType() == antlr4::Token::EOF;
    // The end of the file shows behind its last word.
    auto last = static_cast<std::uint32_t>(source_.text().find_last_not_of(" \t\r\n") + 1);
    Span span = end ? Span{last, last} : span_of(*token);
    auto &d = sink_.report(Diag::unexpected, span, end ? std::string("end of the file") : fmt::format("`{}`", token->getText()));
    auto *parser = dynamic_cast<antlr4::Parser *>(recognizer);
    if (!parser) return;
    auto expected = parser->getExpectedTokens();
    auto raw = end ? std::string() : token->getText();
    if (expected.contains(static_cast<ssize_t>(L::NAME)) && !raw.empty() && std::isalpha(static_cast<unsigned char>(raw[0])))
      d.with_help(fmt::format("`{}` is a word of the language and cannot be a name here", raw));
    std::vector<std::string> words;
    for (auto type : expected.toList()) words.push_back(word(*parser, static_cast<size_t>(type)));
    if (words.empty() || words.size() > 6) return;
    std::string list;
    for (std::size_t i = 0; i < words.size(); ++i) list += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
    d.labels[0].text = "expected " + list;
  }

private:
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
  int count_ = 0;
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

bool is_letter(char32_t c) { // what the lexer's wide class lets through and names must not hold
  return !(c == 0xD7 || c == 0xF7 || (c >= 0x2000 && c <= 0x206F) || (c >= 0x20A0 && c <= 0x20CF) || (c >= 0x2190 && c <= 0x2BFF) ||
           (c >= 0x3000 && c <= 0x3004) || (c >= 0xFF00 && c <= 0xFF0F) || (c >= 0x1F000 && c <= 0x1FAFF) || c == 0xAB || c == 0xBB || c == 0xB6 ||
           c == 0xB7 || c == 0xBF || (c >= 0xE000 && c <= 0xF8FF) || c == 0xFEFF);
}

bool plain(antlr4::CommonTokenStream &tokens, const Source &source, Sink &sink) {
  int said = 0;
  for (auto *token : tokens.getTokens()) {
    auto span = span_of(*token);
    auto raw = source.text(span);
    if (token->getType() == L::STRAY && ++said <= 20) {
      bool printable = raw.size() > 1 || static_cast<unsigned char>(raw[0]) >= 32;
      sink.report(Diag::stray_character, span, printable ? std::string(raw) : fmt::format("\\x{:02x}", static_cast<unsigned char>(raw[0])));
    }
    if (token->getType() != L::NAME) continue;
    for (std::size_t i = 0, size = 1; i < raw.size(); i += size) {
      auto lead = static_cast<unsigned char>(raw[i]);
      size = code_point(raw.substr(i));
      if (size == 1) continue;
      auto c = static_cast<char32_t>(lead & (0x7F >> size));
      for (std::size_t k = 1; k < size; ++k) c = (c << 6) | static_cast<char32_t>(raw[i + k] & 0x3F);
      auto from = static_cast<std::uint32_t>(span.begin + i);
      if (!is_letter(c) && ++said <= 20)
        sink.report(Diag::not_a_letter, {from, static_cast<std::uint32_t>(from + size)}, std::string(raw.substr(i, size)));
    }
  }
  return said == 0;
}

// False where there is no tree to build: the text itself does not stand.
template <class Context, class Rule, class Build> bool run(const Source &source, Tree &tree, Sink &sink, Rule rule, Build build) {
  auto text = source.text();
  if (text.size() > max_bytes) return sink.report(Diag::too_large, {0, 0}), false;
  if (auto bad = first_invalid_utf8(text); bad != std::string_view::npos)
    return sink.report(Diag::not_utf8, {static_cast<std::uint32_t>(bad), static_cast<std::uint32_t>(bad + 1)}), false;
  Lexer lexer(text);
  antlr4::CommonTokenStream tokens(&lexer);
  tokens.fill();
  if (!plain(tokens, source, sink) || !shallow(tokens, sink)) return false;
  P parser(&tokens);
  parser.removeErrorListeners();
  auto *sim = parser.getInterpreter<antlr4::atn::ParserATNSimulator>();
  sim->setPredictionMode(antlr4::atn::PredictionMode::SLL);
  parser.setErrorHandler(std::make_shared<antlr4::BailErrorStrategy>());
  Context *context = nullptr;
  try {
    context = rule(parser);
  } catch (const antlr4::ParseCancellationException &) {
    tokens.seek(0);
    parser.reset();
    sim->setPredictionMode(antlr4::atn::PredictionMode::LL);
    parser.setErrorHandler(std::make_shared<antlr4::DefaultErrorStrategy>());
    Listener listener(source, sink);
    parser.addErrorListener(&listener);
    context = rule(parser);
    parser.removeErrorListeners();
    if (!sink.failed() && parser.getNumberOfSyntaxErrors() > 0) sink.report(Diag::unexpected, {0, 0}, "text");
  }
  if (sink.failed()) return false;
  Builder builder(source, tree, sink);
  build(builder, context);
  return true;
}

} // namespace

std::optional<Tree> parse(const Source &source, Sink &sink) {
  if (source.text().find_first_not_of(" \t\r\n") == std::string_view::npos) {
    sink.report(Diag::empty_file, {0, 0});
    return std::nullopt;
  }
  Tree tree;
  if (!run<P::FileContext>(
          source, tree, sink, [](P &p) { return p.file(); }, [](Builder &b, P::FileContext *c) { b.file(c); }))
    return std::nullopt;
  return tree;
}

ExprId parse_expression(const Source &text, Tree &into, Sink &sink) {
  ExprId result;
  run<P::SingleContext>(
      text, into, sink, [](P &p) { return p.single(); }, [&](Builder &b, P::SingleContext *c) { result = b.expr(c->expr()); });
  return result;
}

} // namespace deal::syntax
