#include "report/delimited.h"

#include <fmt/format.h>

#include <optional>
#include <span>
#include <vector>

#include "report/axes.h"
#include "report/maps.h"
#include "report/table.h"
#include "report/text_writer.h"

namespace mha {
namespace {

/// The lines of one row of a tensor, a line a number, but for the numbers.
struct Lines {
  std::string before;              ///< fields before the number's index, of which each ends in the separator
  std::string between;             ///< fields behind it, likewise
  std::vector<std::string> index;  ///< of each number, with the separator
  std::vector<std::string> text;   ///< of each number, likewise; empty where there is none
};

template <class Number>
void write_lines(TextWriter& out, const Lines& lines, std::span<const Number> numbers) {
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    out.text(lines.before);
    out.text(lines.index[i]);
    out.text(lines.between);
    if (!lines.text.empty()) out.text(lines.text[i]);
    out.number(numbers[i]);
    out.character('\n');
  }
}

/// Makes fields that end in a separator.
class Fields {
 public:
  explicit Fields(char separator) : separator_(separator) {}

  std::string operator()(std::string_view text) const {
    std::string field;
    append_field(field, text, separator_);
    return field + separator_;
  }
  std::string operator()(std::size_t number) const { return fmt::format("{}{}", number, separator_); }
  std::string operator()(const std::optional<std::size_t>& number) const {
    return number ? (*this)(*number) : std::string();
  }

  template <class Values>
  std::vector<std::string> each(const Values& values) const {
    std::vector<std::string> fields;
    for (const auto& value : values) fields.push_back((*this)(value));
    return fields;
  }

  std::vector<std::string> numbers(std::size_t count) const {
    std::vector<std::string> fields;
    for (std::size_t i = 0; i < count; ++i) fields.push_back((*this)(i));
    return fields;
  }

 private:
  char separator_;
};

/// The sequence's number, in a batch.
std::optional<std::size_t> numbered(std::size_t sequence, const Run& run) {
  if (run.inputs.sequences.size() > 1) return sequence;
  return std::nullopt;
}

/// Names of the columns: those of the axes, the texts of those that go over tokens, the number.
std::string head_line(const FileContent& content, const Fields& field) {
  using namespace std::string_literals;
  const TensorKey& key = content.arrays.front().key;
  std::string line, texts;
  for (const Axis& axis : axes_of(*key.tensor)) {
    if (axis.kind == AxisKind::sequence) {
      if (numbered(0, content.run)) line += field(axis.name);
      if (key.layer) line += field("layer"s);
      continue;
    }
    line += field(axis.name);
    const bool tokens = axis.kind == AxisKind::query || axis.kind == AxisKind::key;
    if (tokens) texts += field(is_map(*key.tensor) ? fmt::format("{}_token", axis.name) : "token"s);
  }
  return line + texts + (key.tensor->name == "weights" ? "weight" : "value") + '\n';
}

/// Maps come as float64; what they were made of tells how many digits are meant.
void write_map_row(TextWriter& out, const Lines& lines, std::span<const double> row, bool narrow) {
  if (!narrow) return write_lines(out, lines, row);
  const std::vector<float> floats(row.begin(), row.end());
  write_lines(out, lines, std::span(floats));
}

void write_maps(TextWriter& out, const FileContent& content, const Fields& field) {
  const AttentionMaps maps(content.arrays, content.run);
  const bool narrow = std::holds_alternative<std::span<const float>>(content.arrays.front().values);
  for (std::size_t s = 0; s < maps.sequences(); ++s) {
    const auto queries = texts_of(maps, content.run, AxisKind::query, s);
    const auto keys = texts_of(maps, content.run, AxisKind::key, s);
    Lines lines{.before = {}, .between = {}, .index = field.numbers(keys.size()), .text = field.each(keys)};
    for (std::size_t i = 0; i < maps.names().size(); ++i) {
      const MapName& name = maps.names()[i];
      const AttentionMap map = maps.map(s, i);
      const std::string first = field(numbered(s, content.run)) + field(name.layer) + field(name.head);
      for (std::size_t q = 0; q < map.rows; ++q) {
        lines.before = first + field(q);
        lines.between = field(queries[q]);
        write_map_row(out, lines, map.row(q), narrow);
      }
    }
  }
}

/// The rows of a tensor whose last axis goes over features.
class FeatureRows {
 public:
  FeatureRows(const NamedArray& array, const Run& run, const Fields& field)
      : array_(array), run_(run), field_(field), axes_(axes_of(*array.key.tensor)) {
    axes_.pop_back();
    for (const Axis& axis : axes_) {
      if (axis.kind == AxisKind::head || axis.kind == AxisKind::kv_head) heads_ = heads_of(run, axis.kind);
      if (axis.kind == AxisKind::query || axis.kind == AxisKind::key) add_tokens(axis.kind);
    }
  }

  void write(TextWriter& out) const {
    const std::size_t width = array_.shape.back();
    Lines lines{.before = {}, .between = {}, .index = field_.numbers(width), .text = {}};
    std::visit(
        [&](auto values) {
          for (std::size_t row = 0; row * width < values.size(); ++row) {
            if (begin_row(row, lines)) write_lines(out, lines, values.subspan(row * width, width));
          }
        },
        array_.values);
  }

 private:
  void add_tokens(AxisKind kind) {
    for (std::size_t s = 0; s < run_.inputs.sequences.size(); ++s) {
      tokens_.push_back(field_.each(pieces_of(run_, sequence_of(run_, kind, s))));
    }
  }

  /// Index of a row along each axis.
  Shape place_of(std::size_t row) const {
    Shape place(axes_.size());
    for (std::size_t i = axes_.size(); i-- > 0;) {
      place[i] = row % array_.shape[i];
      row /= array_.shape[i];
    }
    return place;
  }

  /// Puts the row's fields into `lines`; false for a row of padding.
  bool begin_row(std::size_t row, Lines& lines) const {
    const Shape place = place_of(row);
    lines.before.clear();
    for (std::size_t i = 0; i < axes_.size(); ++i) {
      const AxisKind kind = axes_[i].kind;
      if (kind == AxisKind::query || kind == AxisKind::key) {
        const auto& tokens = tokens_[place.front()];
        if (place[i] >= tokens.size()) return false;
        lines.between = tokens[place[i]];
      }
      lines.before += fields_of(kind, place[i]);
    }
    return true;
  }

  std::string fields_of(AxisKind kind, std::size_t index) const {
    if (kind == AxisKind::sequence) return field_(numbered(index, run_)) + field_(array_.key.layer);
    return field_(kind == AxisKind::head || kind == AxisKind::kv_head ? heads_[index] : index);
  }

  const NamedArray& array_;
  const Run& run_;
  const Fields& field_;
  std::vector<Axis> axes_;  ///< all but the last
  std::vector<std::size_t> heads_;
  std::vector<std::vector<std::string>> tokens_;  ///< of each sequence
};

void write_delimited(const FileContent& content, Sink& sink, char separator) {
  const Fields field(separator);
  TextWriter out(sink);
  out.text(head_line(content, field));
  if (is_map(*content.arrays.front().key.tensor)) {
    write_maps(out, content, field);
  } else {
    for (const NamedArray& array : content.arrays) FeatureRows(array, content.run, field).write(out);
  }
  out.flush();
}

void append_cell(std::string& line, const Cell& cell, char separator) {
  if (const auto* text = std::get_if<std::string>(&cell)) append_field(line, *text, separator);
  if (const auto* number = std::get_if<double>(&cell)) line += fmt::format("{}", *number);
  if (const auto* number = std::get_if<std::size_t>(&cell)) line += fmt::format("{}", *number);
}

void write_table(const Table& table, Sink& sink, char separator) {
  std::string text;
  const auto add_row = [&](const auto& cells, auto append) {
    for (const auto& cell : cells) {
      if (&cell != cells.data()) text += separator;
      append(cell);
    }
    text += '\n';
  };
  add_row(table.columns, [&](const std::string& name) { append_field(text, name, separator); });
  for (const auto& row : table.rows) {
    add_row(row, [&](const Cell& cell) { append_cell(text, cell, separator); });
  }
  sink.write(text);
}

}  // namespace

void append_field(std::string& line, std::string_view field, char separator) {
  const char special[] = {separator, '"', '\n', '\r'};
  if (field.find_first_of(std::string_view(special, sizeof(special))) == std::string_view::npos) {
    line += field;
    return;
  }
  line += '"';
  for (const char c : field) line.append(c == '"' ? 2 : 1, c);
  line += '"';
}

void write_csv(const FileContent& content, Sink& sink) { write_delimited(content, sink, ','); }
void write_tsv(const FileContent& content, Sink& sink) { write_delimited(content, sink, '\t'); }
void write_csv_table(const Table& table, Sink& sink) { write_table(table, sink, ','); }
void write_tsv_table(const Table& table, Sink& sink) { write_table(table, sink, '\t'); }

}  // namespace mha
