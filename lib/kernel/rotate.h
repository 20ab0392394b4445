// Rotary position embedding of a block of tokens.
#pragma once

#include <cstddef>

namespace mha::kernel {

/// Heads of a block, and the angles that pairs of their features are turned by. Of each head the first `dims`
/// features take part: features i and i + dims / 2 are a pair, or 2 i and 2 i + 1 if they are interleaved.
struct Rotation {
  float* values;  ///< [heads][head_dim][width]
  std::size_t width, heads, head_dim;
  std::size_t dims;
  bool interleaved;
  const float* cos;  ///< of pair i and lane t at i * stride + t, for t < width
  const float* sin;
  std::size_t stride;
};

/// Turns each pair (a, b) into (a cos - b sin, b cos + a sin): RoFormer (Su et al. 2021), equation 34, as
/// apply_rotary_pos_emb of modeling_llama.py. Two products, each rounded, and then their sum: no fused
/// multiply-add, so that bits are the same on every instruction set.
void rotate(const Rotation& rotation);

}  // namespace mha::kernel
