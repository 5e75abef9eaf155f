// Tokens, space and comments among them, are those of the lexer that ANTLR generates from grammar/DealLexer.g4: over every file of the examples and
// vectors, and over pieces of them that were cut, doubled and mixed with what is special to some token.
#include "support/begin.h"
#include "syntax/lexer.h"
#include <filesystem>
#include <gtest/gtest.h>
#include <random>

#include "DealLexer.h"

using namespace deal;

namespace {

using Tokens = std::vector<std::tuple<std::size_t, std::size_t, std::size_t>>; // type, first byte, byte behind

Tokens ours(const std::string &text) {
  Tokens out;
  Source source("", text);
  syntax::Lexer lexer(source);
  while (auto piece = lexer.next()) out.emplace_back(piece->type, piece->from, piece->from + piece->size);
  return out;
}

Tokens generated(const std::string &text) {
  std::vector<std::size_t> bytes; // of each code point
  for (std::size_t i = 0; i < text.size(); ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) bytes.push_back(i);
  bytes.push_back(text.size());
  antlr4::ANTLRInputStream input(text);
  grammar::DealLexer lexer(&input);
  lexer.removeErrorListeners();
  std::map<std::string, std::size_t> words;
  for (std::size_t type = grammar::DealLexer::A; type <= grammar::DealLexer::ZONE; ++type)
    words[syntax::text_of_word(lexer.getVocabulary(), type)] = type;
  Tokens out;
  for (;;) {
    auto token = lexer.nextToken();
    auto type = token->getType();
    if (type == antlr4::Token::EOF) return out;
    EXPECT_EQ(token->getChannel() != antlr4::Token::DEFAULT_CHANNEL, syntax::is_hidden(type));
    if (auto word = words.find(token->getText()); type == grammar::DealLexer::NAME && word != words.end()) type = word->second;
    out.emplace_back(type, bytes[token->getStartIndex()], bytes[token->getStopIndex() + 1]);
  }
}

// Cut where a character begins.
std::string piece(const std::string &text, std::mt19937_64 &random) {
  auto at = [&](std::size_t i) {
    while (i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80) ++i;
    return i;
  };
  auto from = at(random() % (text.size() + 1));
  auto to = at(std::min(text.size(), from + random() % 60));
  return text.substr(from, to - from);
}

TEST(Lexer, IsTheGrammars) {
  static const std::string special[] = {"non-exclusive",
                                        "non-",
                                        "30/360",
                                        "30E/360",
                                        "ACT/365F",
                                        "ACT/36",
                                        "2026-04-27",
                                        "T09:30",
                                        ":15",
                                        "Z",
                                        "+02:00",
                                        "-1",
                                        "1_000",
                                        ".5",
                                        "%",
                                        "\"",
                                        "\\",
                                        "\\\"",
                                        "\n",
                                        "\r",
                                        "#",
                                        "!=",
                                        "!",
                                        "<=",
                                        "=>",
                                        "_",
                                        "é",
                                        "日本",
                                        "\xC2\xA9",
                                        "\u00AA",
                                        "😀",
                                        "\t",
                                        " ",
                                        "license",
                                        "License",
                                        "$",
                                        "0",
                                        "12.",
                                        "2026-",
                                        "^",
                                        "{}",
                                        "().,:"};
  std::vector<std::string> texts{""};
  for (auto *folder : {"examples", "tests"})
    for (auto &entry : std::filesystem::recursive_directory_iterator(std::filesystem::path(DEAL_ROOT) / folder)) {
      if (entry.path().extension() != ".deal") continue;
      auto read = test::read(entry.path());
      if (first_invalid_utf8(read) != std::string::npos) continue; // the parser sees it before a lexer does
      texts.push_back(read.starts_with("\xEF\xBB\xBF") ? read.substr(3) : read); // the mark is passed over by the lexer alone
      ASSERT_EQ(ours(texts.back()), generated(texts.back())) << entry.path();
    }
  ASSERT_GT(texts.size(), 20u);
  std::mt19937_64 random(7);
  for (int k = 0; k < 20'000; ++k) {
    std::string text;
    for (auto n = random() % 8; n > 0; --n)
      text += random() % 3 == 0 ? piece(texts[random() % texts.size()], random) : special[random() % std::size(special)];
    ASSERT_EQ(ours(text), generated(text)) << text;
  }
}

} // namespace
