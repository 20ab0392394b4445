// A few tokens times a matrix, where a block of tokens would leave most of its lanes idle.
#pragma once

#include <algorithm>
#include <cstddef>

#include "base/tensor.h"
#include "kernel/cache.h"

namespace mha::kernel {

/// Tokens up to which a sequence is better off with dot_product than with product, which has idle lanes then.
/// Alone, 9 to 12 would be faster too; side by side with others they are not.
inline constexpr std::size_t few_tokens = 8;

/// Numbers that dot_product adds side by side; rows of tokens are padded with zeros to a multiple of it.
inline constexpr std::size_t dot_lanes = 16;

/// Terms that dot_product adds at most before it turns to the next rows: so many of each of 8 tokens are 24
/// KiB and stay in the first-level cache while the rows pass by.
inline constexpr std::size_t dot_segment = 768;

/// The next multiple of dot_lanes.
constexpr std::size_t whole_lanes(std::size_t count) {
  return (count + dot_lanes - 1) / dot_lanes * dot_lanes;
}

/// The segments of `depth` terms are of equal length, rounded up to whole lanes; the last may be shorter.
constexpr std::size_t dot_segment_of(std::size_t depth) {
  const std::size_t segments = std::max<std::size_t>(1, (depth + dot_segment - 1) / dot_segment);
  return whole_lanes((depth + segments - 1) / segments);
}

/// Numbers from one token to the next that serve dot_product best: at a multiple of cache_stride all tokens
/// would compete for the same lines of the cache; here segments of several tokens lie as if they were one
/// behind the other. At least `depth`, a multiple of dot_lanes.
constexpr std::size_t dot_stride(std::size_t depth) {
  const std::size_t least = whole_lanes(depth), segment = dot_segment_of(depth);
  return least + (cache_stride + segment % cache_stride - least % cache_stride) % cache_stride;
}

/// out[c][t] = sum over k of tokens[t][k] * matrix[c][k] + bias[c], for c < rows and t < count; out[c][t] is
/// 0 for the other t < width.
///
/// The order of operations of each output is fixed: for each segment of the depth, 16 chains of fused
/// multiply-adds from 0, chain i over the k that leave i modulo 16, in the order of k; then the chains i and
/// i + 8 are added, of these i and i + 4, then i and i + 2, and the last two. The sums of segments are added
/// in their order, then the bias. It depends neither on the number of tokens nor on the instruction set (of
/// those with FMA), so neither do the bits.
struct DotProduct {
  const float* tokens;  ///< [count][token_stride], zero from `depth` to a multiple of dot_lanes
  std::size_t count, token_stride;
  std::size_t depth;
  const std::byte* matrix;                  ///< [rows][row_stride], at any alignment
  ElementType type = ElementType::float32;  ///< of the matrix; takes_stored(type)
  std::size_t row_stride;
  std::size_t rows;
  const float* bias = nullptr;  ///< [rows], or none
  float* out;                   ///< [rows][width]
  std::size_t width;
};

void dot_product(const DotProduct& task);

}  // namespace mha::kernel
