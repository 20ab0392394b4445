#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/json.h"
#include "report/axes.h"
#include "report/run_json.h"
#include "report/table.h"
#include "report/text_writer.h"

namespace mha {
namespace {

template <class Number>
void write_number(TextWriter& out, Number value) {
  if (std::isfinite(value)) return out.number(value);
  out.text("null");
}

/// A JSON list; write(i) writes item i.
template <class Write>
void write_list(TextWriter& out, std::size_t count, Write write) {
  out.character('[');
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) out.character(',');
    write(i);
  }
  out.character(']');
}

/// Numbers row-major as lists of lists. `sizes` are how many are written along each axis of `shape`.
template <class Number>
void write_nested(TextWriter& out, std::span<const Number> numbers, std::span<const std::size_t> shape,
                  std::span<const std::size_t> sizes) {
  if (shape.empty()) return write_number(out, numbers.front());
  const std::size_t step = numbers.size() / std::max<std::size_t>(shape.front(), 1);
  write_list(out, sizes.front(), [&](std::size_t i) {
    write_nested(out, numbers.subspan(i * step, step), shape.subspan(1), sizes.subspan(1));
  });
}

void write_texts(TextWriter& out, const std::vector<std::string>& texts) {
  write_list(out, texts.size(), [&](std::size_t i) { out.text(json_quote(texts[i])); });
}

std::string shape_json(const Shape& shape) { return fmt::format("[{}]", fmt::join(shape, ",")); }

void write_map(TextWriter& out, const AttentionMap& map, bool narrow) {
  write_list(out, map.rows, [&](std::size_t q) {
    write_list(out, map.columns, [&](std::size_t k) {
      if (narrow) return write_number(out, static_cast<float>(map.at(q, k)));
      write_number(out, map.at(q, k));
    });
  });
}

/// The members of a record that say which tensor it is of.
std::string names_json(std::string_view tensor, const std::optional<std::size_t>& layer) {
  std::string text = fmt::format(R"({{"tensor":{})", json_quote(tensor));
  return layer ? text + fmt::format(R"(,"layer":{})", *layer) : text;
}

/// A record a sequence and map.
void write_map_records(TextWriter& out, const NamedArray& array, const Run& run) {
  const AttentionMaps maps({&array, 1}, run);
  const bool narrow = std::holds_alternative<std::span<const float>>(array.values);
  for (std::size_t s = 0; s < maps.sequences(); ++s) {
    for (std::size_t i = 0; i < maps.names().size(); ++i) {
      const MapName& name = maps.names()[i];
      out.text(names_json(name.tensor, name.layer));
      out.text(fmt::format(R"(,"sequence":{})", s));
      if (name.head) out.text(fmt::format(R"(,"head":{})", *name.head));
      out.text(R"(,"queries":)");
      write_texts(out, texts_of(maps, run, AxisKind::query, s));
      out.text(R"(,"keys":)");
      write_texts(out, texts_of(maps, run, AxisKind::key, s));
      out.text(R"(,"data":)");
      write_map(out, maps.map(s, i), narrow);
      out.text("}\n");
    }
  }
}

/// What is written along each axis of one sequence's part: no padding.
Shape sizes_of(const NamedArray& array, const Run& run, std::size_t sequence) {
  Shape sizes(array.shape.begin() + 1, array.shape.end());
  const std::vector<Axis> axes = axes_of(*array.key.tensor);
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const AxisKind kind = axes[i + 1].kind;
    if (kind != AxisKind::query && kind != AxisKind::key) continue;
    sizes[i] = sequence_of(run, kind, sequence).tokens.size();
  }
  return sizes;
}

/// "heads" and "tokens" of a record, where the tensor goes over them.
void write_labels(TextWriter& out, const NamedArray& array, const Run& run, std::size_t sequence) {
  for (const Axis& axis : axes_of(*array.key.tensor)) {
    if (axis.kind == AxisKind::head || axis.kind == AxisKind::kv_head) {
      out.text(fmt::format(R"(,"heads":{})", shape_json(heads_of(run, axis.kind))));
    } else if (axis.kind == AxisKind::query || axis.kind == AxisKind::key) {
      out.text(R"(,"tokens":)");
      write_texts(out, pieces_of(run, sequence_of(run, axis.kind, sequence)));
    }
  }
}

/// A record a sequence.
void write_sequence_records(TextWriter& out, const NamedArray& array, const Run& run) {
  const std::span<const std::size_t> shape = std::span(array.shape).subspan(1);
  const std::size_t step = element_count({shape.begin(), shape.end()});
  for (std::size_t s = 0; s < array.shape.front(); ++s) {
    out.text(names_json(array.key.tensor->name, array.key.layer));
    out.text(fmt::format(R"(,"sequence":{})", s));
    write_labels(out, array, run, s);
    out.text(R"(,"data":)");
    const auto write = [&](auto values) {
      write_nested(out, values.subspan(s * step, step), shape, sizes_of(array, run, s));
    };
    std::visit(write, array.values);
    out.text("}\n");
  }
}

void write_data(TextWriter& out, const NamedArray& array) {
  std::visit([&](auto values) { write_nested(out, values, array.shape, array.shape); }, array.values);
}

void write_parameter_record(TextWriter& out, const NamedArray& array) {
  out.text(names_json(array.name(), {}) + R"(,"data":)");
  write_data(out, array);
  out.text("}\n");
}

}  // namespace

void write_json(const FileContent& content, Sink& sink) {
  TextWriter out(sink);
  out.text("{\n" + run_members_json(content.run) + ",\n  \"tensors\": {");
  for (const NamedArray& array : content.arrays) {
    out.text(&array == content.arrays.data() ? "\n" : ",\n");
    out.text(
        fmt::format(R"(    {}: {{"shape": {}, "data": )", json_quote(array.name()), shape_json(array.shape)));
    write_data(out, array);
    out.character('}');
  }
  out.text("\n  }\n}\n");
  out.flush();
}

void write_jsonl(const FileContent& content, Sink& sink) {
  TextWriter out(sink);
  for (const NamedArray& array : content.arrays) {
    if (array.key.tensor->scope == TensorScope::parameter) {
      write_parameter_record(out, array);
    } else if (is_map(*array.key.tensor)) {
      write_map_records(out, array, content.run);
    } else {
      write_sequence_records(out, array, content.run);
    }
  }
  out.flush();
}

void write_json_table(const Table& table, Sink& sink) { sink.write(table_json(table, "") + '\n'); }

void write_jsonl_table(const Table& table, Sink& sink) {
  for (const auto& row : table.rows) sink.write(row_json(table, row) + '\n');
}

}  // namespace mha
