#include "driver/records.h"
#include "driver/statement.h"

namespace deal::driver {
namespace {

void append(std::string &to, const std::string &deals, const std::string &deal, const std::vector<std::string> &cells,
            const std::vector<std::string> &kept) {
  if (!deals.empty()) to += csv_cell(deal) + ",";
  for (std::size_t k = 0; k < cells.size(); ++k) to += (k == 0 ? "" : ",") + csv_cell(cells[k]);
  for (auto &text : kept) to += "," + csv_cell(text);
  to += "\n";
}

} // namespace

std::string csv_head(const TableShape &shape) {
  std::string out;
  append(out, shape.deals, shape.deals, shape.columns(), shape.keep);
  return out;
}

void append_csv(std::string &to, const TableShape &shape, const Row &row) {
  std::vector<std::string> cells;
  for (auto &cell : table_cells(shape, row.line)) cells.push_back(cell.text.value_or(""));
  append(to, shape.deals, row.deal, cells, row.kept);
}

} // namespace deal::driver
