// From tokens to named tensors.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/tensor.h"
#include "model/embed.h"
#include "model/inputs.h"
#include "model/mask_request.h"
#include "model/model.h"

namespace mha {

enum class DType { float32, float64 };

struct ForwardOptions {
  std::vector<std::string> wanted;  ///< names of activations to keep
  MaskRequest mask;
  MaskedRows masked_rows = MaskedRows::zero;
  DType dtype = DType::float32;  ///< float64 runs the reference
  std::size_t threads = 1;

  bool wants(std::string_view name) const {
    return std::find(wanted.begin(), wanted.end(), name) != wanted.end();
  }
};

/// What a run leaves: the tensors that were wanted, padded to [B, ...] with zeros, and what is worth telling.
struct Trace {
  Dimensions dimensions;
  std::map<std::string, Tensor, std::less<>> tensors;
  std::size_t blind_rows = 0;          ///< rows of weights whose query may attend to no key
  std::size_t non_finite_outputs = 0;  ///< numbers of `output` that are NaN or infinite
};

/// Sequences are worked on together until they have this many tokens.
inline constexpr std::size_t group_tokens = 256;

/// Runs the layer over each sequence on its own. Numbers of a sequence do not depend on the others, on
/// threads or on what is wanted.
Trace forward(const Model& model, const Inputs& inputs, const Embeddings& embeddings,
              const ForwardOptions& options);

}  // namespace mha
