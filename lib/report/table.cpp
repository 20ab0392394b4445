#include "report/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/json.h"
#include "base/utf8.h"
#include "tokenizer/unicode/unicode.h"

namespace mha {
namespace {

std::string cell_text(const Cell& cell) {
  struct Text {
    std::string operator()(std::monostate) const { return "-"; }
    std::string operator()(std::size_t number) const { return fmt::format("{}", number); }
    std::string operator()(double number) const {
      return std::isnan(number) ? "nan" : fmt::format("{:.4f}", number);
    }
    std::string operator()(const std::string& text) const { return utf8::printable(text); }
  };
  return std::visit(Text{}, cell);
}

std::string cell_json(const Cell& cell) {
  struct Json {
    std::string operator()(std::monostate) const { return "null"; }
    std::string operator()(std::size_t number) const { return fmt::format("{}", number); }
    std::string operator()(double number) const {
      return std::isfinite(number) ? fmt::format("{}", number) : "null";
    }
    std::string operator()(const std::string& text) const { return json_quote(text); }
  };
  return std::visit(Json{}, cell);
}

/// A column, its name first; texts stand to the left, numbers to the right.
std::vector<std::string> column_text(const Table& table, std::size_t column) {
  std::vector<std::string> lines = {table.columns[column]};
  bool text = false;
  for (const auto& row : table.rows) {
    lines.push_back(cell_text(row[column]));
    text = text || std::holds_alternative<std::string>(row[column]);
  }
  std::size_t width = 0;
  for (const std::string& line : lines) width = std::max(width, unicode::display_width(line));
  for (std::string& line : lines) {
    const std::string space(width - unicode::display_width(line), ' ');
    line = text ? line + space : space + line;
  }
  return lines;
}

}  // namespace

std::string table_text(const Table& table) {
  std::vector<std::string> lines(table.rows.size() + 1);
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const std::vector<std::string> column = column_text(table, c);
    for (std::size_t i = 0; i < lines.size(); ++i) lines[i] += (c == 0 ? "" : "  ") + column[i];
  }
  std::string text;
  for (const std::string& line : lines) text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
  return text;
}

std::string row_json(const Table& table, const std::vector<Cell>& row) {
  std::string text = "{";
  for (std::size_t c = 0; c < row.size(); ++c) {
    text += fmt::format("{}{}: {}", c == 0 ? "" : ", ", json_quote(table.columns[c]), cell_json(row[c]));
  }
  return text + '}';
}

std::string table_json(const Table& table, std::string_view indent) {
  std::string text = "[";
  for (const auto& row : table.rows) {
    text += fmt::format("{}\n{}  {}", &row == table.rows.data() ? "" : ",", indent, row_json(table, row));
  }
  return table.rows.empty() ? "[]" : fmt::format("{}\n{}]", text, indent);
}

}  // namespace mha
