#include "driver/statement.h"
#include <nlohmann/json.hpp>

namespace deal::driver {

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

} // namespace deal::driver
