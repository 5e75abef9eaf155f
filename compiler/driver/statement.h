// A statement as a table and for people: the same lines.
#pragma once
#include "session/statement.h"
#include "session/subject.h"
#include <span>

namespace deal::driver {

using namespace session;

// What every line of a table has: the deal of a portfolio, the fields of all events, the columns of the ledger that go through.
struct TableShape {
  TableShape(const interface::Interface &, std::string deals, std::vector<std::string> keep);

  const interface::Interface &i;
  std::string deals;
  std::vector<std::string> fields, keep;

  std::vector<std::string> columns() const; // between the deal and what is kept
};

// A cell of a table: none where it is empty; `bare`: JSON writes it without quotes.
struct TableCell {
  std::optional<std::string> text;
  bool bare = false;
};
// In the order of the columns.
std::vector<TableCell> table_cells(const TableShape &, const StatementLine &);

struct Row {
  StatementLine line;
  std::string deal;
  std::vector<std::string> kept;
};
struct TableFormat {
  std::string_view name;
  std::string (*head)(const TableShape &); // none: it has no first line
  void (*append)(std::string &to, const TableShape &, const Row &);
};
std::span<const TableFormat> table_formats(); // statement_formats.cpp

// 20%, 50% × 2%; of several amounts that are added, one after the other.
std::string rate_text(const StatementLine::Rate &);
std::string what_text(const interface::Interface &, const StatementLine &);
std::string notes_text(const StatementLine &);

// For people: kept until the end, as columns are as wide as they must be. `width` 0: one table, however wide.
class StatementText {
public:
  StatementText(const interface::Interface &i, std::vector<std::string> keep, std::size_t width) : i_(i), keep_(std::move(keep)), width_(width) {}

  void add(Row row) { rows_[row.line.clause].push_back(std::move(row)); }
  bool empty() const { return rows_.empty(); }
  // `day`: what each payment then comes to.
  std::string text(const Statement &, host::Instance &, const Accounts &, std::int32_t day) const;

private:
  struct Column;
  std::size_t limit() const { return width_ == 0 ? std::size_t(-1) : width_; }
  std::vector<Column> columns(const interface::ClauseInfo &, const std::vector<Row> &) const;
  std::string tables(std::vector<Column>, const std::vector<Row> &) const;
  std::string standing(const Statement &, host::Instance &, const Accounts &, int clause, std::int32_t day) const;
  std::string rests_on(int clause) const;

  const interface::Interface &i_;
  std::vector<std::string> keep_;
  std::size_t width_;
  std::map<int, std::vector<Row>> rows_;
};
// The figures of a sum, one below the other, the sum last.
std::string sum_text(const ValueType &currency, const std::vector<Summand> &, std::size_t indent);
// A figure of a sum in the units of its currency.
Rational in_units(const ValueType &currency, Cents);

} // namespace deal::driver
