// Tables: named columns of texts and numbers, which each format writes in its own way.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mha {

/// Nothing, a whole number, a number, or a text.
using Cell = std::variant<std::monostate, std::size_t, double, std::string>;

struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<Cell>> rows;  ///< each as long as columns
};

/// In columns under their names, numbers to the right with 4 digits behind the point, "-" for nothing.
std::string table_text(const Table& table);

/// A row of the table as a JSON object; what is nothing, NaN or infinite is null.
std::string row_json(const Table& table, const std::vector<Cell>& row);

/// A JSON list of an object a row; what is nothing, NaN or infinite is null. `indent` stands before each
/// line.
std::string table_json(const Table& table, std::string_view indent);

}  // namespace mha
