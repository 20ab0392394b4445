// A few tokens times a matrix, where a block of tokens would leave most of its lanes idle.
#pragma once

#include <cstddef>

namespace mha::kernel {

/// Tokens up to which a sequence is better off with dot_product than with product, which has idle lanes then.
/// Alone, 9 to 12 would be faster too; side by side with others they are not.
inline constexpr std::size_t few_tokens = 8;

/// Numbers that dot_product adds side by side; rows of tokens are padded with zeros to a multiple of it.
inline constexpr std::size_t dot_lanes = 16;

/// out[c][t] = sum over k of tokens[t][k] * matrix[c][k] + bias[c], for c < rows and t < count; out[c][t] is
/// 0 for the other t < width.
///
/// The order of operations of each output is fixed: 16 chains of fused multiply-adds from 0, chain i over the
/// k that leave i modulo 16, in the order of k; then the chains i and i + 8 are added, of these i and i + 4,
/// then i and i + 2, and the last two. It depends neither on the number of tokens nor on the instruction set
/// (of those with FMA), so neither do the bits.
struct DotProduct {
  const float* tokens;  ///< [count][token_stride], zero from `depth` to a multiple of dot_lanes
  std::size_t count, token_stride;
  std::size_t depth;
  const float* matrix;  ///< [rows][row_stride], at any alignment
  std::size_t row_stride;
  std::size_t rows;
  const float* bias = nullptr;  ///< [rows], or none
  float* out;                   ///< [rows][width]
  std::size_t width;
};

void dot_product(const DotProduct& task);

}  // namespace mha::kernel
