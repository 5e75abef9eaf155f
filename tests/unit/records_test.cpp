// Records of tables: what is cut at a block's end, quotes, ends of lines, what is refused.
#include "driver/cells.h"
#include "driver/records.h"
#include "session/subject.h"
#include <cstdio>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

using namespace deal;
using namespace deal::driver;
using namespace deal::session;

namespace {

struct File {
  std::string path;
  File(const std::string &ending, const std::string &text) : path(testing::TempDir() + "deal-" + std::to_string(getpid()) + ending) {
    std::ofstream(path, std::ios::binary) << text;
  }
  ~File() { std::remove(path.c_str()); }
};

using Rows = std::vector<std::vector<std::string>>;

Rows rows_of(const std::string &path, std::size_t *blocks = nullptr, std::vector<std::string> columns = {}) {
  Rows out;
  RecordFile file(path);
  if (!file.json()) columns = file.head(), out.push_back(columns);
  auto line = file.lines();
  while (auto block = file.next()) {
    if (blocks) ++*blocks;
    try {
      Records records(*block, file.json(), columns);
      while (records.next()) out.emplace_back(records.cells().begin(), records.cells().end());
      line += records.lines();
    } catch (const BadRecord &bad) {
      out.push_back({"line " + std::to_string(line + bad.line + 1) + ": " + bad.what});
      return out;
    }
  }
  return out;
}
Rows csv(const std::string &text) { return rows_of(File(".csv", text).path); }

} // namespace

TEST(Records, Csv) {
  EXPECT_EQ(csv("a,b\n1,2\n"), (Rows{{"a", "b"}, {"1", "2"}}));
  EXPECT_EQ(csv("\xEF\xBB\xBF"
                "a,b\r\n\r\n1,2\r\n ,x"),
            (Rows{{"a", "b"}, {"1", "2"}, {" ", "x"}}));
  EXPECT_EQ(csv("a,b\n\"1,\n\"\"x\"\"\",\"\"\n,\"y\"\r\n"), (Rows{{"a", "b"}, {"1,\n\"x\"", ""}, {"", "y"}}));
  EXPECT_EQ(csv("a,b\n1"), (Rows{{"a", "b"}, {"1", ""}}));
  EXPECT_EQ(csv("a,b\n1,2,3\n"), (Rows{{"a", "b"}, {"line 2: 3 cells under 2 columns"}}));
  EXPECT_EQ(csv("a\n\"x\n\ny\"\nz\"\n"), (Rows{{"a"}, {"x\n\ny"}, {"line 5: a quote within a cell that does not begin with one"}}));
  EXPECT_EQ(csv("a\n\"x\"y\n"), (Rows{{"a"}, {"line 2: text after a closing quote"}}));
  EXPECT_EQ(csv("a\n\"x\n"), (Rows{{"a"}, {"line 2: a quote is not closed"}}));
  EXPECT_THROW(csv("a\nb\n\xFF\n"), Stop) << "not UTF-8, found before the first record is read";
  EXPECT_THROW(csv(""), Stop);
  EXPECT_THROW(RecordFile("/nowhere.csv"), Stop);
  EXPECT_THROW(RecordFile("/"), Stop);
}

TEST(Records, Json) {
  auto json = [](const std::string &text) { return rows_of(File(".ndjson", text).path, nullptr, {"a", "b"}); };
  EXPECT_EQ(json("{\"a\":1.50,\"b\":\"x\\n\\u00e9\"}\n\n{\"b\":true}\n{\"a\":null}"), (Rows{{"1.50", "x\n\u00e9"}, {"", "true"}, {"", ""}}));
  EXPECT_EQ(json("{\"c\":1}"), (Rows{{"line 1: `c` is not known here; `--keep 'c'` lets it through"}}));
  EXPECT_EQ(json("{\"a\":1}\n{\"a\":[1]}"), (Rows{{"1", ""}, {"line 2: `a` is a list"}}));
  EXPECT_EQ(json("[1]"), (Rows{{"line 1: not a JSON object"}}));
  EXPECT_EQ(json("3").at(0).at(0), "line 1: not a JSON object");
  EXPECT_TRUE(json("{\"a\":1} x").at(0).at(0).starts_with("line 1: not JSON"));
  EXPECT_TRUE(json("{\"a\":1").at(0).at(0).starts_with("line 1: not JSON"));
  EXPECT_TRUE(json("{\"a\":123456789012345678901234567890.5,\"b\":" + std::string(200'000, '[')).at(0).at(0).ends_with("`b` is a list"))
      << "no recursion";
}

// Records with ends of lines within quotes, across every kind of cut: nothing is lost and nothing is doubled.
TEST(Records, BlocksAreCutWhereRecordsEnd) {
  std::string text = "id,cell\n";
  Rows expected{{"id", "cell"}};
  for (int k = 0; k < 60'000; ++k) {
    std::string cell(static_cast<std::size_t>(k * 7919 % 97), k % 3 == 0 ? '\n' : 'x');
    text += std::to_string(k) + ",\"" + cell + "\"\"\"\n";
    expected.push_back({std::to_string(k), cell + "\""});
  }
  std::size_t blocks = 0;
  EXPECT_TRUE(rows_of(File(".csv", text).path, &blocks) == expected);
  EXPECT_GT(blocks, 2u);
}

// Above all a carriage return at the end of a row, which else would be taken for that of the line.
TEST(Records, WhatIsWrittenReadsAsItWas) {
  for (auto *text : {"a,b", "a\"b", "a\nb", "a\rb", "a\r"}) EXPECT_EQ(csv("a,b\n1," + csv_cell(text) + "\n"), (Rows{{"a", "b"}, {"1", text}}));
}

TEST(Records, PlainValues) {
  ValueType money{ValueType::money, 2, "USD", {}, {}}, percent{ValueType::percent, 6, {}, {}, {}}, boolean{ValueType::boolean, 0, {}, {}, {}};
  auto none = std::optional<std::int64_t>();
  EXPECT_EQ(plain_word(money, "-12.5"), -1250);
  EXPECT_EQ(plain_word(money, "12.50 USD"), 1250);
  EXPECT_EQ(plain_word(money, "9999999999999999.99"), 999999999999999999);
  for (auto *text : {"12.505", "12.", ".5", "-", "", "1e3", "12.50 EUR", "12.50USD", "+1", "1 2", "10000000000000000.00", " 1"})
    EXPECT_EQ(plain_word(money, text), none) << text;
  EXPECT_EQ(plain_word(percent, "12.5%"), 125000);
  EXPECT_EQ(plain_word(percent, "12.5"), none);
  EXPECT_EQ(plain_word(boolean, "TRUE"), none);
  auto written = [](const ValueType &t, std::int64_t word) {
    std::string out;
    append_word(out, t, word);
    return out;
  };
  EXPECT_EQ(written(money, -5), "-0.05");
  EXPECT_EQ(written(money, INT64_MIN), "-92233720368547758.08");
  EXPECT_EQ(written(percent, 125000), "12.5%");
}
