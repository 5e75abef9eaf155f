#include "syntax/lexer.h"
#include <algorithm>

#include "DealLexer.h"

namespace deal::syntax {

using L = grammar::DealLexer;

bool is_word(size_t type) { return type >= L::A && type <= L::ZONE; }
bool is_hidden(size_t type) { return type == L::SPACE || type == L::COMMENT; }

std::string text_of_word(const antlr4::dfa::Vocabulary &vocabulary, size_t type) {
  auto text = vocabulary.getSymbolicName(type);
  for (auto &c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

bool is_letter(char32_t c) {
  return !(c == 0xD7 || c == 0xF7 || (c >= 0x2000 && c <= 0x206F) || (c >= 0x20A0 && c <= 0x20CF) || (c >= 0x2190 && c <= 0x2BFF) ||
           (c >= 0x3000 && c <= 0x3004) || (c >= 0xFF00 && c <= 0xFF0F) || (c >= 0x1F000 && c <= 0x1FAFF) || c == 0xAB || c == 0xBB || c == 0xB6 ||
           c == 0xB7 || c == 0xBF || (c >= 0xE000 && c <= 0xF8FF) || c == 0xFEFF);
}

bool all_letters(std::string_view name) {
  while (!name.empty()) {
    auto character = first_character(name);
    if (character.bytes > 1 && !is_letter(character.code)) return false;
    name.remove_prefix(character.bytes);
  }
  return true;
}

namespace {

class ParserToken : public antlr4::CommonToken {
public:
  ParserToken(Lexer *lexer, size_t type, std::string_view text, std::size_t place)
      : CommonToken({lexer, nullptr}, type, DEFAULT_CHANNEL, place, place + text.size() - 1), text_(text) {}
  std::string getText() const override { return getType() == EOF ? "<EOF>" : std::string(text_); }

private:
  std::string_view text_;
};

// Made from the tokens of the grammar when the tool is built; in order.
constexpr std::pair<std::string_view, size_t> words[] = {
#include "words.inc"
};

size_t word(std::string_view text) {
  auto at = std::lower_bound(std::begin(words), std::end(words), text, [](auto &w, std::string_view t) { return w.first < t; });
  return at != std::end(words) && at->first == text ? at->second : static_cast<size_t>(L::NAME);
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
  if (c >= 0x80) return c == 0xC2 && static_cast<unsigned char>(t[1]) < 0xAA ? 0 : first_character(t).bytes;
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

std::size_t space(std::string_view t) { return std::min(t.find_first_not_of(" \t\r\n"), t.size()); }

std::size_t quoted(std::string_view t) {
  for (std::size_t n = 1; n < t.size(); n += first_character(t.substr(n)).bytes) {
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
  if (auto n = space(t)) return {L::SPACE, n};
  if (t[0] == '#') return {L::COMMENT, std::min(t.find_first_of("\r\n"), t.size())};
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
  return {L::STRAY, first_character(t).bytes};
}

} // namespace

std::optional<Lexer::Piece> Lexer::next() {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (at_ == 0 && text_.starts_with(byte_order_mark)) return Piece{L::SPACE, std::exchange(at_, byte_order_mark.size()), byte_order_mark.size()};
  if (at_ == text_.size()) return std::nullopt;
  auto [type, size] = longest(text_.substr(at_));
  return Piece{type, std::exchange(at_, at_ + size), size};
}

std::unique_ptr<antlr4::Token> Lexer::nextToken() {
  auto piece = next();
  while (piece && is_hidden(piece->type)) piece = next();
  if (!piece) return std::make_unique<ParserToken>(this, antlr4::Token::EOF, "", base_ + text_.size());
  return std::make_unique<ParserToken>(this, piece->type, text_.substr(piece->from, piece->size), base_ + piece->from);
}

namespace {

Token::Kind kind_of(std::size_t type) {
  if (is_word(type) || type == L::NON_EXCLUSIVE) return Token::word;
  switch (type) {
  case L::NAME: return Token::name;
  case L::NUMBER_LITERAL:
  case L::DAYCOUNT: return Token::number;
  case L::PERCENT_LITERAL: return Token::percent;
  case L::DATE_LITERAL:
  case L::INSTANT_LITERAL: return Token::date;
  case L::STRING_LITERAL: return Token::text;
  case L::SPACE: return Token::space;
  case L::COMMENT: return Token::comment;
  case L::STRAY: return Token::stray;
  default: return Token::sign;
  }
}

} // namespace

std::vector<Token> tokens(const Source &source) {
  std::vector<Token> out;
  if (first_invalid_utf8(source.text()) != std::string_view::npos) return out;
  Lexer lexer(source);
  while (auto piece = lexer.next()) {
    auto from = source.base() + static_cast<std::uint32_t>(piece->from);
    out.push_back({kind_of(piece->type), {from, from + static_cast<std::uint32_t>(piece->size)}});
  }
  return out;
}

} // namespace deal::syntax
