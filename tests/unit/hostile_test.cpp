// Bad inputs: each is a diagnostic, none is a crash.
#include "session/session.h"
#include <gtest/gtest.h>

using namespace deal;

namespace {

std::string first_code(const std::string &text) {
  Sink sink;
  session::compile(Source("x.deal", text), sink);
  for (auto &d : sink.all())
    if (row_of(d.kind).severity == Severity::error) return std::string(row_of(d.kind).code);
  return "";
}
std::string repeated(const std::string &s, int n) {
  std::string out;
  for (int i = 0; i < n; ++i) out += s;
  return out;
}

TEST(Hostile, Text) {
  EXPECT_EQ(first_code(""), "D0102");
  EXPECT_EQ(first_code(" \n\t"), "D0102");
  EXPECT_EQ(first_code("deal A\n\xff"), "D0101");
  EXPECT_EQ(first_code(std::string("deal A\n\0x", 9)), "D0105");
  EXPECT_EQ(first_code("deal A $"), "D0105");
  EXPECT_EQ(first_code("deal A × "), "D0107");
  EXPECT_EQ(first_code("deal"), "D0104");
  EXPECT_EQ(first_code("deal A define"), "D0104");
}

TEST(Hostile, Depth) {
  EXPECT_EQ(first_code("deal A define x: integer = " + repeated("(", 100000) + "1" + repeated(")", 100000)), "D0103");
  EXPECT_EQ(first_code("deal A define x: integer = " + repeated("-", 100000) + "1"), "D0103");
  EXPECT_EQ(first_code("deal A define x: boolean = " + repeated("not ", 5000) + "true"), "D0103");
  EXPECT_EQ(first_code("deal A define x: integer = " + repeated("if true then 1 else ", 5000) + "1"), "D0103");
  EXPECT_EQ(first_code("deal A define x: integer = 1" + repeated(" + 1", 5000)), "D0103");
  EXPECT_EQ(first_code("deal A define x: integer = " + repeated("(", 400) + "1" + repeated(")", 400)), "");
}

TEST(Hostile, Figures) {
  EXPECT_EQ(first_code("deal A define x: integer = " + repeated("9", 5000)), "D0109");
  EXPECT_EQ(first_code("deal A define x: integer = 999999999999999999"), "");
  EXPECT_EQ(first_code("deal A define x: integer = 1000000000000000000"), "D0501");
  EXPECT_EQ(first_code("deal A define x: date = 2024-02-29"), "");
  EXPECT_EQ(first_code("deal A define x: date = 2023-02-29"), "D0106");
  EXPECT_EQ(first_code("deal A define x: date = 9999-12-31 + 1 days"), "D0502");
  EXPECT_EQ(first_code("deal A currency USD define x: money = 1 XYZ"), "D0306");
}

TEST(Hostile, SpansAreBytes) {
  Sink sink;
  auto compiled = session::compile(Source("x.deal", "deal A \"é€𝄞\" define y: integer = nowhere"), sink);
  ASSERT_FALSE(sink.all().empty());
  EXPECT_EQ(compiled.program.sources.text(sink.all()[0].labels[0].span), "nowhere");
}

TEST(Hostile, ManyClauses) {
  std::string text = "deal A\ncurrency USD\nround half even\nfact a: money\n";
  for (int i = 0; i < 20000; ++i) text += fmt::format("define d{}: money = 12.5% * a\n", i);
  EXPECT_EQ(first_code(text), "");
}

} // namespace
