// Layer normalisation, features down the lanes.
#pragma once

#include <cstddef>
#include <span>

#include "base/tensor.h"
#include "kernel/blocks.h"

namespace mha {

/// nn.LayerNorm over the features of a token: weight and bias [features], eps under the root.
struct Norm {
  TensorView weight, bias;
  double eps;
};

namespace kernel {

/// The norm with its weights as floats, for one use after the other.
class LayerNorm {
 public:
  explicit LayerNorm(const Norm& norm);

  /// Replaces each token of the sequences [tokens, features] by (x - mean) / sqrt(variance + eps) * weight +
  /// bias, with the variance of the features themselves (divided by their number). Ba, Kiros and Hinton 2016,
  /// equations 3 and 4. With `residuals`, one a sequence and of its size, x is the sum of both.
  void apply(std::span<Blocks> sequences, std::span<const Blocks> residuals, std::size_t threads) const;

 private:
  Buffer<float> weight_, bias_;
  float eps_;
};

}  // namespace kernel
}  // namespace mha
