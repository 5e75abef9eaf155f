#include "syntax/lexer.h"
#include <unordered_map>

#include "DealLexer.h"

namespace deal::syntax {

using L = grammar::DealLexer;

bool is_word(size_t type) { return type >= L::A && type <= L::ZONE; }

std::string text_of_word(const antlr4::dfa::Vocabulary &vocabulary, size_t type) {
  auto text = vocabulary.getSymbolicName(type);
  for (auto &c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::size_t code_point(std::string_view t) {
  auto c = static_cast<unsigned char>(t[0]);
  return c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

namespace {

class Token : public antlr4::CommonToken {
public:
  Token(Lexer *lexer, size_t type, std::string_view all, std::size_t from, std::size_t size)
      : CommonToken({lexer, nullptr}, type, DEFAULT_CHANNEL, from, from + size - 1), text_(all.substr(from, size)) {}
  std::string getText() const override { return getType() == EOF ? "<EOF>" : std::string(text_); }

private:
  std::string_view text_;
};

size_t word(std::string_view text) {
  static const auto words = [] {
    std::unordered_map<std::string, size_t> out;
    Lexer nothing("");
    antlr4::CommonTokenStream tokens(&nothing);
    grammar::DealParser parser(&tokens); // it knows their names
    for (size_t type = L::A; type <= L::ZONE; ++type) out.emplace(text_of_word(parser.getVocabulary(), type), type);
    return out;
  }();
  auto at = words.find(std::string(text));
  return at == words.end() ? static_cast<size_t>(L::NAME) : at->second;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The pattern's length where the text begins as it says (9: any digit), else 0.
std::size_t shaped(std::string_view text, std::string_view pattern) {
  if (text.size() < pattern.size()) return 0;
  for (std::size_t i = 0; i < pattern.size(); ++i)
    if (pattern[i] == '9' ? !is_digit(text[i]) : text[i] != pattern[i]) return 0;
  return pattern.size();
}

std::size_t instant(std::string_view t) {
  auto n = shaped(t, "9999-99-99T99:99");
  if (n == 0) return 0;
  n += shaped(t.substr(n), ":99");
  if (n < t.size() && t[n] == 'Z') return n + 1;
  if (n == t.size() || (t[n] != '+' && t[n] != '-')) return 0;
  auto zone = shaped(t.substr(n + 1), "99:99");
  return zone == 0 ? 0 : n + 1 + zone;
}

// 1_000.50
std::size_t digits(std::string_view t) {
  std::size_t n = 0;
  while (n < t.size() && (is_digit(t[n]) || (n > 0 && t[n] == '_'))) ++n;
  auto fraction = n + 1;
  if (n == 0 || n == t.size() || t[n] != '.') return n;
  while (fraction < t.size() && is_digit(t[fraction])) ++fraction;
  return fraction > n + 1 ? fraction : n;
}

// Bytes of a character that a name may hold, else 0: letters, digits, `_`, and from U+00AA on anything.
std::size_t in_name(std::string_view t) {
  auto c = static_cast<unsigned char>(t[0]);
  if (c >= 0x80) return c == 0xC2 && static_cast<unsigned char>(t[1]) < 0xAA ? 0 : code_point(t);
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(t[0]);
}
std::size_t name(std::string_view t) {
  std::size_t n = 0;
  if (is_digit(t[0])) return 0;
  while (n < t.size()) {
    auto more = in_name(t.substr(n));
    if (more == 0) break;
    n += more;
  }
  return n;
}

std::size_t quoted(std::string_view t) {
  for (std::size_t n = 1; n < t.size(); n += code_point(t.substr(n))) {
    if (t[n] == '"') return n + 1;
    if (t[n] == '\r' || t[n] == '\n') return 0;
    if (t[n] == '\\' && ++n == t.size()) return 0;
  }
  return 0;
}

std::size_t sign(std::string_view t, size_t &type) {
  static constexpr std::pair<std::string_view, size_t> signs[] = {
      {"!=", L::NE},    {"<=", L::LE},    {">=", L::GE},    {"<", L::LT},    {">", L::GT},    {"=", L::EQ},
      {"+", L::PLUS},   {"-", L::MINUS},  {"*", L::STAR},   {"/", L::SLASH}, {"^", L::CARET}, {"(", L::LPAREN},
      {")", L::RPAREN}, {"{", L::LBRACE}, {"}", L::RBRACE}, {",", L::COMMA}, {":", L::COLON}, {".", L::DOT}};
  for (auto &[text, of] : signs)
    if (t.substr(0, text.size()) == text) return type = of, text.size();
  return 0;
}

// The longest token that the text begins with; of equal ones the first of the grammar.
std::pair<size_t, std::size_t> longest(std::string_view t) {
  static constexpr std::string_view counts[] = {"ACT/365F", "ACT/360", "ACT/ACT", "30/360", "30E/360"};
  for (auto count : counts)
    if (t.substr(0, count.size()) == count) return {L::DAYCOUNT, count.size()};
  constexpr std::string_view non_exclusive = "non-exclusive";
  if (t.substr(0, non_exclusive.size()) == non_exclusive) return {L::NON_EXCLUSIVE, non_exclusive.size()};
  if (is_digit(t[0])) {
    if (auto n = instant(t)) return {L::INSTANT_LITERAL, n};
    if (auto n = shaped(t, "9999-99-99")) return {L::DATE_LITERAL, n};
    auto n = digits(t);
    if (n < t.size() && t[n] == '%') return {L::PERCENT_LITERAL, n + 1};
    return {L::NUMBER_LITERAL, n};
  }
  if (auto n = name(t)) return {word(t.substr(0, n)), n};
  if (t[0] == '"')
    if (auto n = quoted(t)) return {L::STRING_LITERAL, n};
  size_t type = L::STRAY;
  if (auto n = sign(t, type)) return {type, n};
  return {L::STRAY, code_point(t)};
}

} // namespace

std::unique_ptr<antlr4::Token> Lexer::nextToken() {
  for (; at_ < text_.size(); ++at_) {
    if (text_[at_] == '#') at_ = std::min(text_.find_first_of("\r\n", at_), text_.size());
    if (at_ == text_.size() || std::string_view(" \t\r\n").find(text_[at_]) == std::string_view::npos) break;
  }
  if (at_ == text_.size()) return std::make_unique<Token>(this, antlr4::Token::EOF, text_, at_, 0);
  auto [type, size] = longest(text_.substr(at_));
  auto from = std::exchange(at_, at_ + size);
  return std::make_unique<Token>(this, type, text_, from, size);
}

} // namespace deal::syntax
