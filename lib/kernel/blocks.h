// Activations of one sequence, tokens in the lanes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

#include "base/buffer.h"

namespace mha::kernel {

/// Most tokens of a block: two vectors of AVX-512, four of AVX2.
inline constexpr std::size_t max_width = 32;

/// Width of a block that holds `tokens` (1 to 32) tokens: the narrowest of 8, 16, 32.
constexpr std::size_t width_for(std::size_t tokens) {
  return tokens <= 8 ? 8 : tokens <= 16 ? 16 : max_width;
}

/// One block: features in rows, a token a lane, [features][width].
template <class Value>
struct BlockView {
  Value* data;
  std::size_t width;
  std::size_t first_token;
  std::size_t tokens;  ///< lanes in use; the others hold finite numbers without meaning

  Value* feature(std::size_t index) const { return data + index * width; }
};

/// The activations [tokens, features] of one sequence as blocks of 32 tokens, the last as narrow as its
/// tokens let it be. How a sequence is cut depends on its own length alone, so its numbers do not depend on
/// its neighbours.
class Blocks {
 public:
  Blocks() = default;
  /// Contents are indeterminate until written.
  Blocks(std::size_t features, std::size_t tokens)
      : features_(features),
        tokens_(tokens),
        values_(Buffer<float>::uninitialised(features * padded_tokens(tokens))) {}

  std::size_t features() const { return features_; }
  std::size_t tokens() const { return tokens_; }
  std::size_t count() const { return (tokens_ + max_width - 1) / max_width; }

  std::size_t full_blocks() const { return tokens_ / max_width; }

  BlockView<float> operator[](std::size_t index) { return view(values_.data(), index); }
  BlockView<const float> operator[](std::size_t index) const { return view(values_.data(), index); }

  /// Lanes that `tokens` tokens take up: a multiple of 8.
  static std::size_t padded_tokens(std::size_t tokens) {
    const std::size_t rest = tokens % max_width;
    return tokens - rest + (rest == 0 ? 0 : width_for(rest));
  }

 private:
  template <class Value>
  BlockView<Value> view(Value* values, std::size_t index) const {
    const std::size_t first = index * max_width;
    const std::size_t tokens = std::min(max_width, tokens_ - first);
    return {values + first * features_, width_for(tokens), first, tokens};
  }

  std::size_t features_ = 0;
  std::size_t tokens_ = 0;
  Buffer<float> values_;
};

/// Blocks of rows [tokens, features]; row t is `rows[t]`, a pointer to its features. Idle lanes are zero.
Blocks to_blocks(std::span<const float* const> rows, std::size_t features);

/// Features [begin, end).
struct FeatureRange {
  std::size_t begin, end;
};

/// How many tokens all of them have behind their full blocks.
std::size_t count_rests(std::span<const Blocks* const> sequences);

/// Puts the tokens behind the full blocks of several sequences side by side into `joined`, which has
/// count_rests tokens, as if they were one sequence: work on features alone then fills the lanes. Idle lanes
/// are zero.
void join_rests(std::span<const Blocks* const> sequences, Blocks& joined, FeatureRange features);

/// Puts what was made of them behind the full blocks of sequences of the same lengths. Idle lanes are zero.
void split_rests(const Blocks& joined, std::span<Blocks* const> sequences, FeatureRange features);

/// Writes features [first, first + count) of every token to out[token * row_stride + feature - first].
void to_rows(const Blocks& blocks, std::size_t first, std::size_t count, float* out, std::size_t row_stride);

}  // namespace mha::kernel
