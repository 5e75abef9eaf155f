// Ledgers: CSV and NDJSON, the columns on, for, party, kind, name, then the fields; a row at a time.
#pragma once
#include "driver/records.h"
#include "session/subject.h"

namespace deal::driver {

using namespace session;

// A cell that is not written plainly (driver/cells.h), as the language reads it; an amount may leave its currency out. Throws Stop.
check::Value read_cell(Subject &, const check::Type &, const std::string &column, std::string_view text);

class Ledger {
public:
  // `deals`: of a portfolio, the column that names the deal of each row.
  Ledger(Subject &, const std::string &path, const std::string &deals = {});

  std::optional<check::Happening> next(); // none after the last; throws Stop where a row cannot be read
  std::string place() const;              // "reports.csv:3: " of the row at hand
  std::string deal() const;

private:
  Subject &s_;
  RecordFile file_;
  std::vector<std::string> columns_;
  std::string deals_;
  std::string block_;
  std::optional<Records> records_;
  std::int64_t line_; // lines of the blocks before
};

} // namespace deal::driver
