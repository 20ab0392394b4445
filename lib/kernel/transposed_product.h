// A few tokens times a weight that is stored transposed.
#pragma once

#include <cstddef>
#include <span>

#include "base/tensor.h"

namespace mha::kernel {

/// Most columns that are best taken at once: their rows are then long enough to be read as a stream, and
/// product_chain of them stay in the second-level cache.
inline constexpr std::size_t transposed_columns = 768;

/// One sequence's tokens in rows, as dot_product takes them, up to few_tokens of them, and where the result
/// goes.
struct FewTokens {
  const float* rows;  ///< [count][dot_stride(depth)]
  std::size_t count;
  float* out;  ///< [columns][width]
  std::size_t width;
};

/// out[c][t] = sum over k of rows[t][k] * matrix[k][first + c] + bias[c] for c < columns; 0 for the other
/// t < width. product_chain rows at a time are taken for all sequences, where they lie if transposed_chain
/// takes their type. The order of operations of each output, and so its bits, is that of product.
struct TransposedProduct {
  const TensorView& matrix;  ///< [depth, all columns], of any type
  std::size_t first, columns;
  const float* bias = nullptr;  ///< [columns], or none
  std::span<const FewTokens> sequences;
};

void transposed_product(const TransposedProduct& task);

}  // namespace mha::kernel
