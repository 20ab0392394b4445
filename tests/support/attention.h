// A layer of attention for tests, and what both arithmetics make of it.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "attention/attention.h"
#include "attention/reference.h"
#include "support/blocks.h"
#include "support/numbers.h"

namespace mha::test {

/// A layer of random weights with the spread that PyTorch gives them.
class Layer {
 public:
  explicit Layer(AttentionShape shape) : shape_(shape) {
    const std::size_t sizes[][2] = {{shape.query_features(), shape.embed_dim},
                                    {shape.key_features(), shape.embed_dim},
                                    {shape.key_features(), shape.embed_dim},
                                    {shape.embed_dim, shape.query_features()}};
    for (std::size_t i = 0; i < 4; ++i) {
      numbers_[i][0] = normals(sizes[i][0] * sizes[i][1], static_cast<unsigned>(10 + i));
      numbers_[i][1] = normals(sizes[i][0], static_cast<unsigned>(20 + i));
      for (float& value : numbers_[i][0]) value /= std::sqrt(static_cast<float>(sizes[i][1]));
      Linear& linear = *std::array{&weights_.query, &weights_.key, &weights_.value, &weights_.output}[i];
      linear = {{{sizes[i][0], sizes[i][1]}, numbers_[i][0]}, TensorView({sizes[i][0]}, numbers_[i][1])};
    }
  }
  Layer(const Layer&) = delete;

  const AttentionShape& shape() const { return shape_; }
  const AttentionWeights& weights() const { return weights_; }
  AttentionWeights& weights() { return weights_; }

 private:
  AttentionShape shape_;
  std::vector<float> numbers_[4][2];
  AttentionWeights weights_;
};

/// Rows of input for `tokens` tokens.
struct Rows {
  Rows(std::size_t count, std::size_t features_, unsigned seed)
      : tokens(count), features(features_), values(normals(count * features_, seed)) {}

  kernel::Blocks blocks() const { return blocks_of(values, features); }

  reference::Matrix matrix() const {
    reference::Matrix result(static_cast<Eigen::Index>(tokens), static_cast<Eigen::Index>(features));
    std::copy(values.begin(), values.end(), result.data());
    return result;
  }

  std::size_t tokens, features;
  std::vector<float> values;
};

/// Everything that the fast path gives for one sequence, as rows.
struct Fast {
  std::vector<float> query, key, value, scores, weights, x, output;
};

inline Fast run_fast(const Layer& layer, const Rows& queries, const Rows& keys, AttentionOptions options,
                     std::size_t threads = 1, bool maps = true) {
  Fast fast;
  const std::size_t map = queries.tokens * keys.tokens;
  fast.scores.resize(map * layer.shape().num_heads);
  fast.weights.resize(map * layer.shape().num_heads);
  const kernel::Blocks q = queries.blocks(), k = keys.blocks();
  if (maps) {
    options.scores = ScoreTarget<float>{fast.scores.data(), map, keys.tokens};
    options.weights = ScoreTarget<float>{fast.weights.data(), map, keys.tokens};
  }
  const AttentionTask tasks[] = {{{q, k, k}, options}};
  const AttentionResult result =
      std::move(attend(layer.shape(), layer.weights(), tasks, {}, threads).front());
  fast.query = rows_of(result.query);
  fast.key = rows_of(result.key);
  fast.value = rows_of(result.value);
  fast.x = rows_of(result.x);
  fast.output = rows_of(result.output);
  return fast;
}

inline Fast run_fast(const Layer& layer, const Rows& queries, const Rows& keys, const Mask& mask,
                     MaskedRows masked_rows = MaskedRows::zero, std::size_t threads = 1, bool maps = true) {
  return run_fast(layer, queries, keys, {.mask = mask, .masked_rows = masked_rows}, threads, maps);
}

inline std::span<const double> span_of(const reference::Matrix& m) {
  return {m.data(), static_cast<std::size_t>(m.size())};
}

inline Mask open_mask(std::size_t queries, std::size_t keys) {
  Mask mask;
  mask.queries = queries;
  mask.keys = keys;
  return mask;
}

}  // namespace mha::test
