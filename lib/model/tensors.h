// The names of tensors: the vocabulary of --save, --expect, --get and of the reports.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/shape.h"
#include "model/config.h"

namespace mha {

/// Sizes of one run: `batch` sequences of up to `queries` tokens that attend to up to `keys` tokens.
struct Dimensions {
  Config config;
  std::size_t batch, queries, keys;
  bool cross_attention;  ///< keys and values come from another text
};

/// A tensor that a run can give.
struct TensorName {
  std::string_view name;
  std::string_view shape;  ///< in words, for help
  std::string_view meaning;
  Shape (*shape_of)(const Dimensions&);
};

/// In the order of the data's way through the layer.
const std::vector<TensorName>& activation_names();

/// Weights of the layer, as drawn: saved with all the rest, not listed among the sizes.
const std::vector<TensorName>& parameter_names();

/// The activations of such a run with their shapes, in order.
std::vector<std::pair<std::string_view, Shape>> activation_shapes(const Dimensions& dimensions);

/// All activations and parameters that such a run has, in order.
std::vector<const TensorName*> tensors_of(bool cross_attention);

/// The entry of that name among activations and parameters that such a run has; throws Error(usage) with the
/// nearest name.
const TensorName& find_tensor(std::string_view name, bool cross_attention);

}  // namespace mha
