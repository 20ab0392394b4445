// Attention maps: who attends to whom, head by head, with the words for both sides.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "report/files.h"
#include "report/labels.h"

namespace mha {

/// Numbers [rows, columns] of one head (or of what was made of several heads) over one sequence: queries
/// below each other, keys side by side. Without padding.
struct AttentionMap {
  std::size_t rows, columns;
  std::vector<double> values;  ///< row-major

  std::span<const double> row(std::size_t query) const {
    return std::span(values).subspan(query * columns, columns);
  }
  double at(std::size_t query, std::size_t key) const { return values[query * columns + key]; }
};

/// Which map of a sequence.
struct MapName {
  std::string tensor;                ///< short name: "weights"
  std::optional<std::size_t> layer;  ///< of a checkpoint
  std::optional<std::size_t> head;   ///< none for what was made of several
};

/// The maps of some tensors [B, H, T, S] or [B, T, S] of a run, borrowed. A map is cut out when it is asked
/// for, so that no second copy of the tensors is held.
class AttentionMaps {
 public:
  /// `arrays` are the tensors, in the order of the maps; `heads` are the numbers of their heads.
  AttentionMaps(std::span<const NamedArray> arrays, const std::vector<std::size_t>& heads, Sides sides);

  /// Tensors of a run.
  AttentionMaps(std::span<const NamedArray> arrays, const Run& run)
      : AttentionMaps(arrays, run.dimensions().heads, sides_of(run)) {}

  std::size_t sequences() const { return sides_.queries.size(); }
  /// True if queries and keys are the same tokens.
  bool self_attention() const { return sides_.keys.empty(); }
  const std::vector<Label>& queries(std::size_t sequence) const { return sides_.queries[sequence]; }
  const std::vector<Label>& keys(std::size_t sequence) const {
    return self_attention() ? queries(sequence) : sides_.keys[sequence];
  }

  /// Maps of each sequence, layer by layer, in a layer head by head.
  const std::vector<MapName>& names() const { return names_; }

  /// Map `index` of names(). Where words are shown, the numbers of a word's keys are added, and the mean of
  /// its queries is taken (Clark et al. 2019, "What Does BERT Look At?", section 4.1).
  AttentionMap map(std::size_t sequence, std::size_t index) const;

 private:
  struct Place {
    std::size_t array, head;
  };

  std::vector<NamedArray> arrays_;
  std::vector<MapName> names_;
  std::vector<Place> places_;  ///< of each name
  Sides sides_;
};

/// The largest finite number of all maps; 0 where there is none above it.
double largest(const AttentionMaps& maps);

/// The maps of the weights of all layers and heads looked at. The run has kept them.
AttentionMaps weight_maps(const Run& run);

/// "layer 3 head 2", "head 2", "layer 3".
std::string title_of(const MapName& name);

}  // namespace mha
