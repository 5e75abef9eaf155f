// The forms of a statement as a table. A new one is its functions and its row: the command line and `deal run` read the rows.
#include "driver/records.h"
#include "driver/statement.h"
#include <nlohmann/json.hpp>

namespace deal::driver {
namespace {

void append(std::string &to, const std::string &deals, const std::string &deal, const std::vector<std::string> &cells,
            const std::vector<std::string> &kept) {
  if (!deals.empty()) to += csv_cell(deal) + ",";
  for (std::size_t k = 0; k < cells.size(); ++k) to += (k == 0 ? "" : ",") + csv_cell(cells[k]);
  for (auto &text : kept) to += "," + csv_cell(text);
  to += "\n";
}

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

void append_json(std::string &to, const TableShape &shape, const Row &row) {
  nlohmann::ordered_json j;
  if (!shape.deals.empty()) j[shape.deals] = row.deal;
  auto columns = shape.columns();
  auto cells = table_cells(shape, row.line);
  for (std::size_t k = 0; k < columns.size(); ++k) {
    auto &to_fill = j[columns[k]];
    if (cells[k].text && cells[k].bare) to_fill = *cells[k].text == "true";
    else if (cells[k].text) to_fill = *cells[k].text;
  }
  for (std::size_t k = 0; k < shape.keep.size(); ++k) j[shape.keep[k]] = row.kept[k];
  to += j.dump() + "\n";
}

constexpr TableFormat formats[] = {{"csv", csv_head, append_csv}, {"json", nullptr, append_json}};

} // namespace

std::span<const TableFormat> table_formats() { return formats; }

} // namespace deal::driver
