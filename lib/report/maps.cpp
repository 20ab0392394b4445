#include "report/maps.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace mha {
namespace {

/// Adds a row of tokens to a row of labels.
template <class Number>
void add_row(const Number* row, const std::vector<Label>& keys, double share, double* sum) {
  for (std::size_t k = 0; k < keys.size(); ++k) {
    for (std::size_t s = keys[k].begin; s < keys[k].end; ++s) sum[k] += share * static_cast<double>(row[s]);
  }
}

}  // namespace

AttentionMaps::AttentionMaps(std::span<const NamedArray> arrays, const std::vector<std::size_t>& heads,
                             Sides sides)
    : arrays_(arrays.begin(), arrays.end()), sides_(std::move(sides)) {
  for (std::size_t i = 0; i < arrays_.size(); ++i) {
    const TensorKey& key = arrays_[i].key;
    const bool of_heads = arrays_[i].shape.size() == 4;
    for (std::size_t h = 0; h < (of_heads ? heads.size() : 1); ++h) {
      const auto head = of_heads ? std::optional(heads[h]) : std::nullopt;
      names_.push_back({std::string(key.tensor->name), key.layer, head});
      places_.push_back({i, h});
    }
  }
}

AttentionMap AttentionMaps::map(std::size_t sequence, std::size_t index) const {
  const Place place = places_[index];
  const NamedArray& array = arrays_[place.array];
  const std::size_t heads = array.shape.size() == 4 ? array.shape[1] : 1;
  const std::size_t height = array.shape[array.shape.size() - 2], width = array.shape.back();
  const auto &rows = queries(sequence), &columns = keys(sequence);
  AttentionMap map{rows.size(), columns.size(), std::vector<double>(rows.size() * columns.size())};
  std::visit(
      [&](auto values) {
        const auto* first = values.data() + (sequence * heads + place.head) * height * width;
        for (std::size_t q = 0; q < rows.size(); ++q) {
          const double share = 1.0 / static_cast<double>(rows[q].end - rows[q].begin);
          for (std::size_t t = rows[q].begin; t < rows[q].end; ++t) {
            add_row(first + t * width, columns, share, map.values.data() + q * map.columns);
          }
        }
      },
      array.values);
  return map;
}

double largest(const AttentionMaps& maps) {
  double most = 0;
  for (std::size_t sequence = 0; sequence < maps.sequences(); ++sequence) {
    for (std::size_t i = 0; i < maps.names().size(); ++i) {
      for (const double value : maps.map(sequence, i).values) {
        if (std::isfinite(value)) most = std::max(most, value);
      }
    }
  }
  return most;
}

AttentionMaps weight_maps(const Run& run) {
  std::vector<NamedArray> arrays;
  for (const TensorKey& key : find_tensors("weights", run.dimensions())) {
    arrays.push_back(array_of(key, run.trace.tensors.at(key.key)));
  }
  return {arrays, run};
}

std::string title_of(const MapName& name) {
  std::string title;
  if (name.layer) title = fmt::format("layer {}", *name.layer);
  if (name.head) title += fmt::format("{}head {}", title.empty() ? "" : " ", *name.head);
  return title;
}

}  // namespace mha
