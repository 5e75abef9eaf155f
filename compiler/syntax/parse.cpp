#include "syntax/parse.h"
#include "syntax/builder.h"
#include <set>
#include <unordered_map>

#include "DealLexer.h"

namespace deal::syntax {
namespace {

using L = grammar::DealLexer;

bool is_word(size_t type) { return type >= L::A && type <= L::ZONE; }
std::string text_of_word(const antlr4::dfa::Vocabulary &vocabulary, size_t type) {
  auto text = vocabulary.getSymbolicName(type);
  for (auto &c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

// The words of the language are names to the generated lexer.
class WordLexer : public L {
public:
  explicit WordLexer(antlr4::CharStream *input) : L(input) {
    for (size_t word = L::A; word <= L::ZONE; ++word) words_.emplace(text_of_word(getVocabulary(), word), word);
  }
  antlr4::Token *emit() override {
    if (type == L::NAME)
      if (auto at = words_.find(getText()); at != words_.end()) type = at->second;
    return L::emit();
  }

private:
  std::unordered_map<std::string, size_t> words_;
};

std::vector<std::uint32_t> code_point_offsets(std::string_view text) {
  std::vector<std::uint32_t> out;
  bool ascii = true;
  for (std::uint32_t i = 0; i < text.size(); ++i) {
    auto b = static_cast<unsigned char>(text[i]);
    if (b >= 0x80) ascii = false;
    if ((b & 0xC0) != 0x80) out.push_back(i);
  }
  if (ascii) return {};
  out.push_back(static_cast<std::uint32_t>(text.size()));
  return out;
}

class Listener : public antlr4::BaseErrorListener {
public:
  Listener(const Source &source, const std::vector<std::uint32_t> &offsets, Sink &sink) : source_(source), offsets_(offsets), sink_(sink) {}

  void syntaxError(antlr4::Recognizer *recognizer, antlr4::Token *token, size_t, size_t, const std::string &, std::exception_ptr) override {
    if (!token || ++count_ > 20) return;
    auto at = [&](size_t i) { return offsets_.empty() ? static_cast<std::uint32_t>(i) : offsets_[std::min(i, offsets_.size() - 1)]; };
    bool end = token->getType() == antlr4::Token::EOF;
    // The end of the file shows behind its last word.
    auto last = static_cast<std::uint32_t>(source_.text().find_last_not_of(" \t\r\n") + 1);
    Span span = end ? Span{last, last} : Span{at(token->getStartIndex()), at(token->getStopIndex() + 1)};
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
  const std::vector<std::uint32_t> &offsets_;
  Sink &sink_;
  int count_ = 0;
};

// Recursion of the parser is bounded before it starts: brackets, and words that lead an operand.
bool shallow(antlr4::CommonTokenStream &tokens, const std::vector<std::uint32_t> &offsets, Sink &sink) {
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
      auto at = [&](size_t i) { return offsets.empty() ? static_cast<std::uint32_t>(i) : offsets[i]; };
      sink.report(Diag::too_deep, {at(token->getStartIndex()), at(token->getStopIndex() + 1)});
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

bool plain(antlr4::CommonTokenStream &tokens, const std::vector<std::uint32_t> &offsets, const Source &source, Sink &sink) {
  auto at = [&](size_t i) { return offsets.empty() ? static_cast<std::uint32_t>(i) : offsets[i]; };
  int said = 0;
  for (auto *token : tokens.getTokens()) {
    if (token->getType() == L::STRAY && ++said <= 20) {
      Span span{at(token->getStartIndex()), at(token->getStopIndex() + 1)};
      auto raw = source.text(span);
      bool printable = raw.size() > 1 || static_cast<unsigned char>(raw[0]) >= 32;
      sink.report(Diag::stray_character, span, printable ? std::string(raw) : fmt::format("\\x{:02x}", static_cast<unsigned char>(raw[0])));
    }
    if (token->getType() != L::NAME || offsets.empty()) continue;
    for (size_t i = token->getStartIndex(); i <= token->getStopIndex(); ++i) {
      Span span{offsets[i], offsets[i + 1]};
      auto raw = source.text(span);
      if (raw.size() == 1) continue;
      char32_t c = raw.size() == 2   ? static_cast<char32_t>(raw[0] & 0x1F)
                   : raw.size() == 3 ? static_cast<char32_t>(raw[0] & 0x0F)
                                     : static_cast<char32_t>(raw[0] & 0x07);
      for (std::size_t k = 1; k < raw.size(); ++k) c = (c << 6) | static_cast<char32_t>(raw[k] & 0x3F);
      if (!is_letter(c) && ++said <= 20) sink.report(Diag::not_a_letter, span, std::string(raw));
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
  auto offsets = code_point_offsets(text);
  antlr4::ANTLRInputStream input{std::string(text)};
  WordLexer lexer(&input);
  lexer.removeErrorListeners();
  antlr4::CommonTokenStream tokens(&lexer);
  tokens.fill();
  if (!plain(tokens, offsets, source, sink) || !shallow(tokens, offsets, sink)) return false;
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
    Listener listener(source, offsets, sink);
    parser.addErrorListener(&listener);
    context = rule(parser);
    parser.removeErrorListeners();
    if (!sink.failed() && parser.getNumberOfSyntaxErrors() > 0) sink.report(Diag::unexpected, {0, 0}, "text");
  }
  if (sink.failed()) return false;
  Builder builder(source, std::move(offsets), tree, sink);
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
