// A few tokens times a chain of rows of a weight that is stored transposed.
#pragma once

#include <cstddef>

#include "base/tensor.h"

namespace mha::kernel {

/// `count` rows of so many bytes, `stride` bytes from one to the next.
struct NextRows {
  const std::byte* data = nullptr;
  std::size_t count = 0, bytes = 0, stride = 0;
};

/// sums[t][c] = sum over k of tokens[t][k] * matrix[k][c], or that added to what is there: a chain of fused
/// multiply-adds from 0, in the order of k, as one of product's.
struct TransposedChain {
  const std::byte* matrix = nullptr;        ///< [depth][columns] of `type`, at any alignment
  ElementType type = ElementType::float32;  ///< takes_stored(type)
  std::size_t stride = 0;                   ///< bytes from one row of the matrix to the next
  std::size_t depth = 0;                    ///< up to product_chain
  std::size_t columns = 0;
  const float* tokens = nullptr;            ///< [count][token_stride]
  std::size_t count = 0, token_stride = 0;  ///< 1 to few_tokens
  bool accumulate = false;
  float* sums = nullptr;  ///< [count][sums_stride], whole vectors
  std::size_t sums_stride = 0;
  NextRows next = {};  ///< to be asked for meanwhile
};

void transposed_chain(const TransposedChain& task);

}  // namespace mha::kernel
