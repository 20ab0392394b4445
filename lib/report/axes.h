// What the dimensions of a tensor stand for.
#pragma once

#include <string>
#include <vector>

#include "report/maps.h"

namespace mha {

enum class AxisKind { sequence, head, kv_head, query, key, feature };

/// A dimension of a tensor, by the name that tables give it.
struct Axis {
  AxisKind kind;
  std::string_view name;
};

/// The axes of a tensor, outermost first, as its shape in words says: sequence, head, and query and key of a
/// map, position in a sequence otherwise, and feature; of a Linear out_feature and in_feature.
std::vector<Axis> axes_of(const TensorName& tensor);

/// True for a tensor [..., T, S], which has a number for each query and key.
bool is_map(const TensorName& tensor);

/// The sequence whose tokens an axis of queries or keys goes over.
const Sequence& sequence_of(const Run& run, AxisKind kind, std::size_t sequence);

/// The heads along an axis of heads, as the model numbers them.
std::vector<std::size_t> heads_of(const Run& run, AxisKind kind);

/// Each token as the vocabulary spells it, see piece_text.
std::vector<std::string> pieces_of(const Run& run, const Sequence& sequence);

/// The queries or keys of a map in words: pieces, or words where they are shown.
std::vector<std::string> texts_of(const AttentionMaps& maps, const Run& run, AxisKind kind,
                                  std::size_t sequence);

}  // namespace mha
