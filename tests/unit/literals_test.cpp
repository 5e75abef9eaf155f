// Cells of data: one literal of its type; what is written otherwise is refused in its own terms, with the mended form.
#include "session/literals.h"
#include <fmt/format.h>
#include <gtest/gtest.h>

using namespace deal;
using namespace deal::session;

namespace {

const ValueType money{ValueType::money, 2, "USD", {}, {}}, yen{ValueType::money, 0, "JPY", {}, {}}, percent{ValueType::percent, 9, {}, {}, {}},
    boolean{ValueType::boolean, 0, {}, {}, {}}, integer{ValueType::integer, 0, {}, {}, {}}, ratio{ValueType::ratio, 0, {}, {}, {}},
    date{ValueType::date, 0, {}, {}, {}}, duration{ValueType::duration, 0, {}, {}, {}}, months{ValueType::months, 0, {}, {}, {}},
    cloud{ValueType::choice, 0, {}, {"AWS", "Azure"}, "Cloud"}, text{ValueType::text, 0, {}, {}, {}};

std::string read(const ValueType &t, std::string_view written, bool json_number = false) {
  auto v = read_literal(t, written, json_number);
  if (!v) return v.error();
  auto *words = std::get_if<std::string>(&*v);
  return words ? *words : format_value(t, std::get<Rational>(*v));
}

} // namespace

TEST(Literals, AreRead) {
  EXPECT_EQ(read(money, "100"), "100.00 USD");
  EXPECT_EQ(read(money, "-0.50 USD"), "-0.50 USD");
  EXPECT_EQ(read(money, "+12.5"), "12.50 USD");
  EXPECT_EQ(read(money, "1.500"), "1.50 USD") << "zeros at the end are no places";
  EXPECT_EQ(read(yen, "12 JPY"), "12 JPY");
  EXPECT_EQ(read(percent, "-12.5%"), "-12.5%");
  EXPECT_EQ(read(integer, "0100"), "100") << "no octal";
  EXPECT_EQ(read(money, "0.010"), "0.01 USD");
  EXPECT_EQ(read(ratio, "2/37"), "2/37");
  EXPECT_EQ(read(ratio, "0.5"), "1/2");
  EXPECT_EQ(read(boolean, "false"), "false");
  EXPECT_EQ(read(date, "2028-02-29"), "2028-02-29");
  EXPECT_EQ(read(duration, "2 weeks"), "14 days");
  EXPECT_EQ(read(months, "2 years"), "24 months");
  EXPECT_EQ(read(cloud, "Azure"), "Azure");
  EXPECT_EQ(read(text, " 1e3 "), " 1e3 ");
  EXPECT_EQ(read(money, "1e2", true), "100.00 USD") << "a number of JSON";
  EXPECT_EQ(read(money, "1.5E-1", true), "0.15 USD");
}

TEST(Literals, HaveNoEnd) { // however many digits: beyond every range, and quickly
  EXPECT_EQ(read(integer, std::string(10'000'000, '9')), "1" + std::string(40, '0'));
  EXPECT_EQ(read(money, "0." + std::string(60, '0') + "1"),
            "`0." + std::string(58, '0') + "…` is no amount in USD: at most 2 digits stand after the point, and inputs are never rounded");
}

TEST(Literals, AreNoExpressions) {
  auto end = " is no amount in USD: a cell is one literal, no expression and no other text; write `1234.55` or `1234.55 USD`";
  for (auto *t : {"--100.00", "50 USD - 5 USD", "10% of 500 USD", "(if true then 5 USD else 6 USD)", "max(1 USD, 2 USD)", "50*2", "2^10", "3 USD #x",
                  "$5 + 1", "zz", "€5"})
    EXPECT_EQ(read(money, t), "`" + std::string(t) + "`" + end);
  EXPECT_EQ(read(integer, "1+2"), "`1+2` is no integer: a cell is one literal, no expression and no other text; write `1234`");
  EXPECT_EQ(read(boolean, "not false"), "`not false` is no boolean: a cell is one literal, no expression and no other text; write `true` or `false`");
  EXPECT_EQ(read(boolean, "1 = 1"), "`1 = 1` is no boolean: a cell is one literal, no expression and no other text; write `true` or `false`");
  EXPECT_EQ(read(date, "2026-01-01 + 3 days"), "`2026-01-01 + 3 days` is no date: a date is its year, month and day; write `2026-01-01`");
}

TEST(Literals, AreMendedInTheirOwnTerms) {
  auto amount = [](const char *written, const char *why, const char *mended) {
    EXPECT_EQ(read(money, written), fmt::format("`{}` is no amount in USD: {}; write `{}`", written, why, mended));
  };
  amount("1,000.00", "digits are not grouped, and a point stands before the places", "1000.00");
  amount("1.000,00", "digits are not grouped, and a point stands before the places", "1000.00");
  amount("100,00", "digits are not grouped, and a point stands before the places", "100.00");
  amount("1 000", "digits are not grouped, and a point stands before the places", "1000");
  amount("1_000", "digits are not grouped, and a point stands before the places", "1000");
  amount("$100", "the currency stands behind the amount, a blank before it", "100 USD");
  amount("-$1,000.50", "the currency stands behind the amount, a blank before it", "-1000.50 USD");
  amount("USD 5", "the currency stands behind the amount, a blank before it", "5 USD");
  amount("5usd", "the currency stands behind the amount, a blank before it", "5 USD");
  amount("1e3", "it has an exponent", "1000");
  amount("1.0E7", "it has an exponent", "10000000");
  amount("1E+2", "it has an exponent", "100");
  amount("5e-1", "it has an exponent", "0.5");
  amount("(100.00)", "brackets do not make it negative", "-100.00");
  amount("100.00-", "the sign stands before the number", "-100.00");
  amount("−5", "its minus is another character", "-5");
  amount(" 1000.00", "blanks stand around it", "1000.00");
  amount(".5", "digits stand on both sides of the point", "0.5");
  amount("5.", "digits stand on both sides of the point", "5");
  EXPECT_EQ(read(money, "1\u00A0000"),
            "`1\\u{00a0}000` is no amount in USD: blanks stand around it; write `1000`");
  EXPECT_EQ(read(percent, "5 %"), "`5 %` is no percent: no blank stands before `%`; write `5%`");
  EXPECT_EQ(read(percent, "12.5"), "`12.5` is no percent: a bare number never stands for a share; write `12.5%`");
  EXPECT_EQ(read(percent, "0.2"), "`0.2` is no percent: a bare number never stands for a share, and `0.2%` is not `20%`; write `12.5%`");
  EXPECT_EQ(read(boolean, "TRUE"), "`TRUE` is no boolean: letters are in another case; write `true`");
  EXPECT_EQ(read(cloud, "azure"), "`azure` is no Cloud: letters are in another case; write `Azure`");
  EXPECT_EQ(read(cloud, "Oracle"), "`Oracle` is no Cloud: it is none of them; write `AWS`, `Azure`");
  EXPECT_EQ(read(date, "2026/1/5"), "`2026/1/5` is no date: a date is its year, month and day; write `2026-01-05`");
  EXPECT_EQ(read(date, "31.01.2026"), "`31.01.2026` is no date: a date is its year, month and day; write `2026-01-31`");
  EXPECT_EQ(read(date, "1/5/2026"), "`1/5/2026` is no date: a date is its year, month and day; write `2026-01-31`") << "of May or of January: an example";
  EXPECT_EQ(read(date, "2026-02-30"), "`2026-02-30` is no date: there is no such day; write `2026-01-31`");
}

TEST(Literals, AreRefusedWhereNothingCanBeMended) {
  EXPECT_EQ(read(money, "1.005"), "`1.005` is no amount in USD: at most 2 digits stand after the point, and inputs are never rounded");
  EXPECT_EQ(read(yen, "1.5"), "`1.5` is no amount in JPY: no digits stand after the point, and inputs are never rounded");
  EXPECT_EQ(read(integer, "1.5"), "`1.5` is no integer: no digits stand after the point, and inputs are never rounded");
  EXPECT_EQ(read(money, "100 EUR"), "`100 EUR` is no amount in USD: it is in EUR; write `1234.55` or `1234.55 USD`");
  for (auto *t : {"N/A", "NULL", "-"}) EXPECT_EQ(read(money, t), fmt::format("`{}` is no amount in USD: it states nothing; write `1234.55` or `1234.55 USD`", t));
  EXPECT_EQ(read(money, "#REF!"), "`#REF!` is no amount in USD: it is a spreadsheet's error; write `1234.55` or `1234.55 USD`");
  EXPECT_EQ(read(money, "\x1b]0;x\x07"), "`\\x1b]0;x\\x07` is no amount in USD: a cell is one literal, no expression and no other text; write "
                                         "`1234.55` or `1234.55 USD`");
  auto huge = read(money, std::string(10'000'000, 'x'));
  EXPECT_EQ(huge, "`" + std::string(60, 'x') + "…` is no amount in USD: it has 10000000 bytes; write `1234.55` or `1234.55 USD`");
}
