// After an error the parser comes to itself at the next item, line or step: each faulty line has its diagnostic, and nothing else has one.
#include "check/check.h"
#include <gtest/gtest.h>

using namespace deal;

namespace {

const std::string head = "deal N effective 2026-01-01\ncurrency USD\nround half even\nparty A, B\nevent Sale reported by B { gross: money }\n";

struct Read {
  Sink sink;
  check::Program program;
  std::string lines; // "6:D0104 8:D0301": those of the errors
};
Read read(const std::string &text) {
  Read out;
  out.program = check::check(Source("n.deal", text), out.sink);
  for (auto &d : out.sink.all())
    if (row_of(d.kind).severity == Severity::error)
      out.lines += fmt::format("{}{}:{}", out.lines.empty() ? "" : " ", out.program.sources.place(d.labels[0].span.begin).line, row_of(d.kind).code);
  return out;
}
std::string faults(const std::string &text) { return read(head + text).lines; }
std::string sound_names(const std::string &text) {
  auto r = read(head + text);
  auto sound = check::sound(r.program, r.sink);
  std::string out;
  for (auto &d : sound.model.definitions) out += d.name + " ";
  for (auto &c : sound.model.clauses) out += c.name + " ";
  for (auto &a : sound.model.actions)
    if (a.name != "use") out += a.name + " ";
  return out;
}

TEST(Recovery, Items) {
  EXPECT_EQ(faults("define x: money = = 5 USD\ndefine y: money = nowhere\ndefin z: money = 5 USD\ndefine w: money = 5 EUR\n"),
            "6:D0104 7:D0301 8:D0104 9:D0401");
  EXPECT_EQ(faults("define x: money = nowhere\ndefine y money = 5 USD\n"), "6:D0301 7:D0104");
  // What a broken item declares is declared.
  EXPECT_EQ(faults("define x: money = (5 USD\ndefine y: money = x + 1 USD\n"), "7:D0104");
  EXPECT_EQ(faults("kind K { a, 3b, c }\nfact k: K\ndefine y: boolean = k is c\n"), "6:D0104");
  EXPECT_EQ(faults("event Use reported by { n: integer }\npayment P { A pays 1 USD * Use.n to B }\n"), "6:D0104");
  EXPECT_EQ(faults("licence L { A grants B a license to x  exclusive }\ndefine y: boolean = L.active\n"), "6:D0104");
}

TEST(Recovery, TheHeader) {
  EXPECT_EQ(read("party A, B\ndefine x: integer = y\n").lines, "1:D0104 2:D0301");
  EXPECT_EQ(read("deal effective 2026-01-01\ndefine x: integer = y\n").lines, "1:D0104 2:D0301");
}

TEST(Recovery, WhatIsOncePerFile) { // a currency or a rounding that cannot be read is not missed
  auto rest = "party A, B\nfact f: money\ndefine x: money = 5% * f\n";
  EXPECT_EQ(read(std::string("deal N\ncurrency USD\nround haf even\n") + rest).lines, "3:D0104");
  EXPECT_EQ(read(std::string("deal N\ncurrency 5\nround half even\n") + rest).lines, "2:D0104");
  EXPECT_EQ(read(std::string("deal N\ncurrency EURO\nround half even\n") + rest).lines, "2:D0306");
}

TEST(Recovery, Lines) {
  EXPECT_EQ(faults("payment P {\n  A pays 5% of Sale.gross to B\n  caped at 5 USD in total\n  payable within 30 after each calendar quarter\n"
                   "  when nowhere\n  round half\n}\ndefine y: money = P.earned + nobody\n"),
            "8:D0104 9:D0104 10:D0301 12:D0104 13:D0301"); // `round half` wants a word more: marked at what stands there
}

TEST(Recovery, Sentences) {
  EXPECT_EQ(faults("payment P {\n  A pays B 5% of Sale.gross\n  when nowhere\n  capped at 5 USD in totl\n}\nlicense L {\n  A gives B a license to x\n"
                   "  term from nobody\n}\n"),
            "7:D0104 8:D0301 9:D0104 12:D0104 13:D0301");
  EXPECT_EQ(faults("action go() by A\nprohibition N {\n  A must never go()\n}\npermission M {\n  A may go()\n  subject to N\n}\n"), "8:D0104");
}

TEST(Recovery, Exceptions) {
  EXPECT_EQ(faults("fact f: boolean\ndefine x: money {\n  5 USD\n  except when f 6 USD\n  except when nowhere: 7 USD\n  except wen f: 8 USD\n}\n"),
            "9:D0104 10:D0301 11:D0104");
}

TEST(Recovery, Amendments) {
  EXPECT_EQ(faults("payment P {\n  A pays 5% of Sale.gross to B\n  capped at 5 USD in total\n}\namendment X effective 2026-06-01 {\n"
                   "  change P {\n    caped at 6 USD in total\n    drop nothing\n    when nowhere\n  }\n  ende P\n  add payment Q {\n"
                   "    A pays 5% off Sale.gross to B\n  }\n  set r = 5%\n}\ndefine y: money = Q.earned\n"),
            "12:D0104 13:D0104 14:D0301 16:D0104 18:D0104 20:D0301");
}

TEST(Recovery, Steps) {
  EXPECT_EQ(
      faults("payment P { A pays 5% of Sale.gross to B }\nscenario \"s\" {\n  on 2026-02-01 B reports Sale\n  on 2026-02-01 B report Sale 5 USD\n"
             "  expect P.earned = = 1 USD\n  expect P.earnd = 1 USD\n  given nothing = true\n}\nscenario \"t\" {\n  expct 1 = 1\n}\n"),
      "8:D0305 9:D0104 10:D0104 11:D0304 12:D0301 15:D0104");
}

TEST(Recovery, OnOneLine) {
  EXPECT_EQ(faults("define x: money = = 1 USD define y: money = nowhere define z: money = 5 EUR"), "6:D0104 6:D0301 6:D0401");
}

TEST(Recovery, BracesThatAreMissing) {
  auto r = read(head + "payment P {\n  A pays 5% of Sale.gross to B\npayment Q {\n  A pays 5% of Sale.gross to B\n}\ndefine x: money = nowhere\n");
  EXPECT_EQ(r.lines, "8:D0104 11:D0301");
  auto &labels = r.sink.all()[0].labels;
  ASSERT_EQ(labels.size(), 2u);
  EXPECT_EQ(r.program.sources.place(labels[1].span.begin).line, 6u);
  EXPECT_EQ(labels[1].text, "this `{` is not closed");
  EXPECT_EQ(faults("license L {\n  A grants B a license to x\nlicense M {\n  A grants B a license to x\n  exclusive\n}\n"
                   "define y: boolean = M.active\nasset x\ndefine z: money = nowhere\n"),
            "8:D0104 14:D0301"); // `license` is a word within sentences too: here it stands at the edge
  EXPECT_EQ(faults("}\ndefine x: money = nowhere\n"), "6:D0104 7:D0301");
  EXPECT_EQ(faults("scenario \"s\" {\n  expect 1 = 1\n"), "7:D0104");
}

TEST(Recovery, WordsThatAreClose) {
  auto help = [](const std::string &text) {
    auto r = read(head + text);
    return r.sink.all().empty() ? "" : r.sink.all()[0].help;
  };
  EXPECT_EQ(help("payment P {\n  A pays 5% of Sale.gross to B\n  caped at 5 USD in total\n}\n"), "did you mean `capped`?");
  EXPECT_EQ(help("amendement X effective 2026-06-01 { }\n"), "did you mean `amendment`?");
  EXPECT_EQ(help("licence L { }\n"), "did you mean `license`?");
}

TEST(Recovery, StrayCharacters) {
  EXPECT_EQ(faults("define x: money = $5\ndefine y: money = 5 €\ndefine z: money = nowhere\n"), "6:D0105 7:D0107 8:D0301");
  EXPECT_EQ(faults("note \"not closed\ndefine z: money = nowhere\n"), "6:D0105 7:D0301");
}

TEST(Recovery, WhatIsRefusedKeepsItsNames) {
  EXPECT_EQ(faults("obligation O {\n  A must pay_up()\n  if breached { payment Shortfall { A pays 1 USD to B on Sale } }\n}\naction pay_up() by A\n"
                   "define x: money = Shortfall.earned\n"),
            "8:D9901");
  EXPECT_EQ(faults("define twice(n: integer): integer = 2 * n\ndefine x: integer = twice(3)\n"), "6:D9901");
  EXPECT_EQ(faults("payment Fee {\n  A pays 5 USD to B\n  late interest 18% per year ACT/365F\n}\ndefine x: money = Fee.earned\n"), "8:D9901");
  EXPECT_EQ(faults("record R { n: integer }\nfact r: R\n"), "6:D9901");
}

TEST(Recovery, ManyFaultsTakeLinearTime) {
  std::string lines = "deal A\n", items = "deal A\n", open = "deal A\n";
  for (int k = 0; k < 20'000; ++k)
    lines += fmt::format("payment P{} {{ A pays 5% off x to B }}\n", k), items += "define x: money = = 5\n", open += "payment P { {\n";
  for (auto *text : {&lines, &items, &open}) EXPECT_NE(read(*text).lines, "");
}

TEST(Sound, LeavesOutWhatRestsOnMistakes) {
  EXPECT_EQ(
      sound_names("define a: money = 5 USD\ndefine b: money = nowhere\ndefine c: money = b + 1 USD\ndefine d: money = c\ndefine e: money = a\n"),
      "a e ");
  EXPECT_EQ(sound_names("define a: money = 5 USD +\ndefine b: money = a\ndefine c: money = 1 USD\n"), "c ");
  EXPECT_EQ(sound_names("define a: money = b\ndefine b: money = a\ndefine c: money = 1 USD\n"), "c ");
  EXPECT_EQ(sound_names("payment P { A pays 5% of Sale.gross to B  caped at 5 USD in total }\npayment Q { A pays 5% of Sale.gross to B }\n"), "Q ");
}

TEST(Sound, ABrokenRuleTakesItsActsAlong) {
  // The prohibition cannot be read: whether A may go is not known.
  EXPECT_EQ(sound_names("action go() by A\naction stay() by A\nprohibition N {\n  A must not go()\n  when nowhere\n}\npermission M { A may go() }\n"
                        "permission O { A may stay() }\n"),
            "O stay ");
  EXPECT_EQ(sound_names("action go() by A\nprohibtion N { A must not go() }\npermission M { A may go() }\ndefine x: money = 1 USD\n"), "x ");
}

TEST(Sound, ABrokenChangeTakesWhatItChangesAlong) {
  EXPECT_EQ(
      sound_names("payment P { A pays 5% of Sale.gross to B }\npayment Q { A pays 5% of Sale.gross to B }\n"
                  "amendment X effective 2026-06-01 {\n  change P {\n    when nowhere\n  }\n  change Q {\n    when Sale.gross > 5 USD\n  }\n}\n"),
      "Q ");
  EXPECT_EQ(sound_names("payment P { A pays 5% of Sale.gross to B }\npayment Q { A pays 5% of Sale.gross to B }\n"
                        "amendment X effective 2026-06-01 {\n  chang P {\n    when true\n  }\n}\n"),
            "Q ");
}

TEST(Sound, TheHeaderIsOfAll) {
  auto r = read("deal\ndefine a: integer = 1\n");
  EXPECT_TRUE(check::sound(r.program, r.sink).model.definitions.empty());
}

} // namespace
