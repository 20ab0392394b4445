// From tokens to named tensors.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>

#include "base/tensor.h"
#include "model/embed.h"
#include "model/inputs.h"
#include "model/layer_plan.h"
#include "model/mask_request.h"
#include "model/model.h"
#include "model/progress.h"

namespace mha {

enum class DType { float32, float64 };

struct ForwardOptions {
  KeySet wanted;  ///< full names of activations to keep
  MaskRequest mask;
  MaskedRows masked_rows = MaskedRows::zero;
  DType dtype = DType::float32;  ///< float64 runs the reference
  std::size_t threads = 1;
  Progress* progress = nullptr;  ///< where somebody looks on: counted up as the work gets on
};

/// Numbers that are NaN or infinite. They spread, so those of one tensor are counted: the first that has any,
/// of the embeddings and the last tensors computed of each layer.
struct NonFinite {
  std::size_t count = 0;
  std::string tensor;     ///< its full name
  std::size_t depth = 0;  ///< 0 for the embeddings, 1 for the first layer, and so on

  /// Keeps what comes first in the model.
  void add(const NonFinite& other);
};

/// What a run leaves: the tensors that were wanted, padded to [B, ...] with zeros, and what is worth telling.
struct Trace {
  Dimensions dimensions;
  std::map<std::string, Tensor, std::less<>> tensors;
  std::size_t blind_rows = 0;  ///< rows of weights of a layer whose query may attend to no key
  NonFinite non_finite;
};

/// Runs the model over each sequence on its own, as far as plan_layers says. Numbers of a sequence do not
/// depend on the others, on threads or on what is wanted. `embeddings` are used up: where one group has all
/// sequences, their rows are freed before the first layer.
Trace forward(const Model& model, const Inputs& inputs, Embeddings embeddings, const Dimensions& dimensions,
              const ForwardOptions& options);

}  // namespace mha
