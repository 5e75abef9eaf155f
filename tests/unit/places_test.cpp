// Places lead to their texts, labels stand under them, and what a text holds cannot act on a terminal.
#include "check/check.h"
#include "check/places.h"
#include "driver/visible.h"
#include "support/terminal.h"
#include "syntax/tokens.h"
#include <gtest/gtest.h>
#include <sstream>

using namespace deal;

namespace {

const std::string sale = "deal N effective 2026-01-01\ncurrency USD\nround half even\nparty A, B\nevent Sale reported by B { gross: money }\n"
                         "payment P { B pays 10% of Sale.gross to A }\nfact f(k: text): boolean\n";

check::Program program(const std::string &text, Sink &sink) { return check::check(Source("n.deal", text), sink); }

// What a question is told, drawn.
std::string told(const std::string &question) {
  Sink none, sink;
  auto p = program(sale, none);
  EXPECT_FALSE(none.failed());
  check::check_question(p, Source("question", question), sink);
  return render_all(sink, p.sources);
}

TEST(Places, EachTextHasItsOwn) {
  Sources all(Source("a", "one\ntwo"));
  auto &b = all.add(Source("b", "three"));
  EXPECT_EQ(b.base(), 8u);
  EXPECT_EQ(all.of(7).name(), "a"); // its end
  EXPECT_EQ(all.of(8).name(), "b");
  EXPECT_EQ(all.text({8, 13}), "three");
  EXPECT_EQ(all.place(5).line, 2u);
  EXPECT_EQ(all.place(5).column, 2u);
  EXPECT_EQ(all.place(10).column, 3u);
  all.shrink(1);
  EXPECT_EQ(all.add(Source("c", "")).base(), 8u);
}

TEST(Places, LabelsStandUnderTheirOwnTexts) {
  EXPECT_EQ(told("Sale.grossly"), "error[D0304]: `Sale` has no `grossly`\n --> question:1:6\n  |\n1 | Sale.grossly\n  |      ^^^^^^^\n"
                                  " ::: n.deal:5:1\n  |\n5 | event Sale reported by B { gross: money }\n"
                                  "  | ----------------------------------------- declared here\n\n");
  EXPECT_NE(told("A(1)").find(" ::: n.deal:4:7\n"), std::string::npos);
  EXPECT_NE(told("P").find(" ::: n.deal:6:9\n"), std::string::npos);
}

TEST(Places, WhatHasNoPlaceIsNotLabelled) {
  EXPECT_EQ(told("use + 1").find(":::"), std::string::npos); // an act of the language
  Sink none, sink;
  auto p = program(sale, none);
  for (auto &[name, symbol] : p.model.names.symbols) symbol.span = {}; // as of a library
  check::check_question(p, Source("question", "A(1)"), sink);
  ASSERT_EQ(sink.all().size(), 1u);
  EXPECT_EQ(sink.all()[0].labels.size(), 1u);
}

TEST(Places, StepsAreParsedAsSteps) {
  Sink none, sink;
  auto p = program(sale, none);
  EXPECT_TRUE(check::check_steps(p, Source("line", "on 2026-01-07 B reports Sael 5 USD"), sink).empty());
  auto drawn = render_all(sink, p.sources);
  EXPECT_NE(drawn.find("--> line:1:25\n"), std::string::npos) << drawn;
  EXPECT_NE(drawn.find("did you mean `Sale`?"), std::string::npos) << drawn;
  Sink second;
  check::check_steps(p, Source("line", "given x = true"), second);
  EXPECT_NE(render_all(second, p.sources).find("--> line:1:7\n"), std::string::npos);
  Sink good;
  auto steps = check::check_steps(p, Source("line", "on 2026-01-07 B reports Sale 5 USD\ngiven f(\"a\") = true"), good);
  EXPECT_FALSE(good.failed()) << render_all(good, p.sources);
  EXPECT_EQ(steps.size(), 2u);
  // What would close a made-up text around the lines is no step.
  Sink closing;
  check::check_steps(p, Source("line", "} define x: integer = 1 scenario \"\" {"), closing);
  EXPECT_TRUE(closing.failed());
}

TEST(Places, ValuesLeaveNothingBehind) {
  Sink sink;
  auto p = program(sale, sink);
  auto texts = p.sources.size(), exprs = p.tree.exprs.size(), terms = p.model.terms.size();
  for (int k = 0; k < 100; ++k) {
    EXPECT_TRUE(check::check_value(p, p.model.events[check::EventId::at(0)].fields[0].type, Source("cell", "5 USD"), sink));
    EXPECT_TRUE(check::check_setting(p, Source("setting", "f(\"a\")"), Source("value", "true"), sink));
  }
  EXPECT_EQ(p.sources.size(), texts);
  EXPECT_EQ(p.tree.exprs.size(), exprs);
  EXPECT_EQ(p.model.terms.size(), terms);
}

TEST(Places, EveryUseLeadsToItsDeclarationAndEveryPlaceToItsTerm) {
  Sink sink;
  auto p = program(sale, sink);
  auto at = [&](const std::string &words, std::size_t inside = 0) { return static_cast<std::uint32_t>(sale.find(words) + inside); };
  auto declared = [&](std::uint32_t place) {
    auto use = check::use_at(p.model, place);
    return use ? std::string(p.sources.text(use->declaration)) + fmt::format("@{}", use->declaration.begin) : "";
  };
  EXPECT_EQ(declared(at("reported by B", 12)), fmt::format("B@{}", at("party A, B", 9)));
  EXPECT_EQ(declared(at("Sale.gross")), fmt::format("Sale@{}", at("Sale reported")));
  EXPECT_EQ(declared(at("Sale.gross", 5)), fmt::format("gross@{}", at("gross: money")));
  EXPECT_EQ(declared(at("pays")), "");
  auto term = check::term_at(p.model, at("Sale.gross to", 2));
  ASSERT_TRUE(term);
  EXPECT_EQ(p.sources.text(p.model[*term].span), "Sale.gross");
  EXPECT_EQ(p.sources.text(p.model[*check::term_at(p.model, at("of Sale", 1))].span), "10% of Sale.gross");
}

TEST(Places, ManyUndeclaredNamesTakeLinearTime) {
  std::string text = "deal A\n";
  for (int i = 0; i < 50'000; ++i) text += fmt::format("define d{}: integer = e{} + 1\n", i, i);
  Sink sink;
  program(text, sink);
  EXPECT_EQ(sink.all().size(), 50'000u);
}

TEST(Places, Guesses) {
  auto help = [](const std::string &written) {
    Sink sink;
    program("deal A\nparameter rate: percent = 5%\nparty novel, Studio\ndefine x: percent = " + written + "\n", sink);
    return sink.all().empty() ? "" : sink.all()[0].help;
  };
  for (auto written : {"rat", "rtae", "raet", "Rate", "ratee", "rite"}) EXPECT_EQ(help(written), "did you mean `rate`?") << written;
  EXPECT_EQ(help("nvel"), "did you mean `novel`?");
  EXPECT_EQ(help("rule"), "");
  EXPECT_EQ(help("ra"), "");
}

TEST(Tokens, HoldEachByte) {
  std::string text = "\xEF\xBB\xBF"
                     "deal é#c\n5.5 \"t\"12% 2026-01-01+$";
  Sources sources(Source("first", "x"));
  auto &source = sources.add(Source("second", text));
  auto place = source.base();
  using T = syntax::Token;
  std::vector<T::Kind> kinds;
  for (auto &t : syntax::tokens(source)) {
    EXPECT_EQ(t.span.begin, place);
    place = t.span.end;
    kinds.push_back(t.kind);
  }
  EXPECT_EQ(place, source.span().end);
  EXPECT_EQ(kinds, (std::vector<T::Kind>{T::space, T::word, T::space, T::name, T::comment, T::space, T::number, T::space, T::text, T::percent,
                                         T::space, T::date, T::sign, T::stray}));
}

TEST(Terminal, ShowsWhatWouldAct) {
  EXPECT_EQ(for_terminal("plain — 日本 é\n\t"), "plain — 日本 é\n\t");
  EXPECT_EQ(for_terminal("\x1b]0;pwn\x07"), "\\x1b]0;pwn\\x07");
  EXPECT_EQ(for_terminal(std::string_view("a\0b\r\x7f", 5)), "a\\x00b\\x0d\\x7f");
  EXPECT_EQ(for_terminal("\u009b31m\u202ea\u2066\ufeff"), "\\u{009b}31m\\u{202e}a\\u{2066}\\u{feff}");
  EXPECT_EQ(for_terminal("a\xff\xc3"), "a\\xff\\xc3");
}

TEST(Terminal, Columns) {
  EXPECT_EQ(columns("abc"), 3u);
  EXPECT_EQ(columns("日本語"), 6u);
  EXPECT_EQ(columns("e\u0301"), 1u);
  EXPECT_EQ(columns("😀"), 2u);
  EXPECT_EQ(columns("—é€"), 3u);
}

TEST(Terminal, CaretsStandUnderWideCharactersAndEscapes) {
  Sink sink;
  auto p = program("deal A\nparty C \"日本語\", C\nparty D \"\x1b[31m\", D\n", sink);
  auto drawn = render_all(sink, p.sources);
  EXPECT_NE(drawn.find("2 | party C \"日本語\", C\n  |       - declared here first\n  |                   ^\n"), std::string::npos) << drawn;
  EXPECT_EQ(drawn.find('\x1b'), std::string::npos);
  EXPECT_NE(drawn.find("3 | party D \"\\x1b[31m\", D\n  |       - declared here first\n  |                     ^\n"), std::string::npos) << drawn;
}

TEST(Terminal, WhatIsWrittenCanOnlyBeSeen) {
  auto written = [](bool colors, const std::vector<std::string> &parts) {
    std::ostringstream out;
    {
      driver::Visible shown(out, colors);
      for (auto &part : parts) out << part << std::flush;
    }
    out << "\x1b"; // behind it the stream is as before
    return out.str();
  };
  EXPECT_EQ(written(false, {"a\x1b[31m", "b\n"}), "a\\x1b[31mb\n\x1b");
  EXPECT_EQ(written(false, {"\xE6\x97", "\xA5"}), "日\x1b"); // a character in two parts
  EXPECT_EQ(written(false, {"\xE6\x97"}), "\\xe6\\x97\x1b");
  EXPECT_EQ(written(true, {"\x1b[1;31merror\x1b[0m \x1b]0;t\x07"}), "\x1b[1;31merror\x1b[0m \\x1b]0;t\\x07\x1b");
}

TEST(Terminal, ByteOrderMark) {
  Sink sink;
  program("\xEF\xBB\xBF"
          "deal A\ncurrency USD\n",
          sink);
  EXPECT_TRUE(sink.all().empty());
  Sink inside;
  auto p = program("deal A\n\xEF\xBB\xBF currency USD\n", inside);
  EXPECT_NE(render_all(inside, p.sources).find("`U+FEFF`"), std::string::npos) << render_all(inside, p.sources);
}

} // namespace
