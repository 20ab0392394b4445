// Layer normalisation and root mean square normalisation, features down the lanes.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/tensor.h"
#include "kernel/blocks.h"

namespace mha {

/// layer: (x - mean) / sqrt(variance + eps), with the variance of the features themselves, divided by their
/// number (Ba, Kiros and Hinton 2016, equations 3 and 4). rms: x / sqrt(mean of x^2 + eps) (Zhang and
/// Sennrich 2019, equation 4, with an eps as LlamaRMSNorm of Transformers' modeling_llama.py).
enum class NormKind { layer, rms };

/// Over the features of a token, times weight [features] and plus bias [features] where there is one.
struct Norm {
  TensorView weight;
  std::optional<TensorView> bias;
  double eps;
  NormKind kind = NormKind::layer;
  bool adds_one = false;  ///< times weight + 1, as GemmaRMSNorm of modeling_gemma.py
};

namespace kernel {

struct NormTask;

/// A norm with its weights as floats, for one use after the other. Where the sequences have a multiple of its
/// features, each stretch of so many is normed by itself: heads side by side, each over its head_dim.
class Normalizer {
 public:
  explicit Normalizer(const Norm& norm);

  /// Replaces each token x of the sequences [tokens, features] by its norm. With `residuals`, one a sequence
  /// and of its size, x is the sum of both.
  void apply(std::span<Blocks> sequences, std::span<const Blocks> residuals, std::size_t threads) const;

  /// The same for one block of a sequence of so many features.
  void apply(const BlockView<float>& block, std::size_t features) const;

  /// The norms of all tokens, beside the sequences.
  std::vector<Blocks> normed(std::span<const Blocks> sequences, std::size_t threads) const;

 private:
  NormTask task(const BlockView<const float>& in, std::size_t features, float* out) const;

  /// What is normed, what is added to it, and where the results go.
  struct Places {
    std::span<const Blocks> in, residuals;
    std::span<Blocks> out;
  };
  void run(const Places& places, std::size_t threads) const;

  Buffer<float> weight_, bias_;
  float eps_;
  NormKind kind_;
};

}  // namespace kernel
}  // namespace mha
