// Ledgers: CSV and NDJSON, the columns on, for, party, kind, name, then the fields; a row at a time.
#pragma once
#include "driver/records.h"
#include "session/subject.h"

namespace deal::driver {

using namespace session;

class Ledger {
public:
  // `keep`: columns that go through as they are. `deals`: of a portfolio, the column that names the deal of each row. A column that is none of
  // these, no word of a ledger and no field is refused, and so is a cell that the row's kind does not read.
  Ledger(const Subject &, const std::string &path, const std::vector<std::string> &keep = {}, const std::string &deals = {});

  std::optional<check::Happening> next(); // none after the last; throws Stop where a row cannot be read
  std::string place() const;              // "reports.csv:3: " of the row at hand
  std::string deal() const;
  std::vector<std::string> kept() const; // what stands in the columns that are kept

private:
  std::vector<std::string> known() const;
  std::string cell(const std::string &column) const;

  const Subject &s_;
  RecordFile file_;
  std::vector<std::string> columns_;
  std::vector<std::string> keep_;
  std::string deals_;
  std::string block_;
  std::optional<Records> records_;
  std::int64_t line_; // lines of the blocks before
};

} // namespace deal::driver
