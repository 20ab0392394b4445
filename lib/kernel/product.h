// The one micro-kernel: a block of tokens times a matrix.
#pragma once

#include <cstddef>

namespace mha::kernel {

/// out[c][lane] = scale * (start + sum over k of in[k][lane] * matrix(c, k)) + bias[c], where matrix(c, k) is
/// matrix[c * row_stride + k * depth_stride], read where it lies at any alignment, and start is 0, or what
/// `out` held when `accumulate` is set.
///
/// Each output is one chain of fused multiply-adds in the order of k, whatever the width, the number of rows
/// and the instruction set (those with FMA): the bits depend on nothing else. A projection has matrix =
/// weights [rows, depth]; for scores the matrix is the keys' own block, for weights times values it is the
/// values' block read the other way.
struct Product {
  const float* in;    ///< [depth][width]
  std::size_t width;  ///< 8, 16 or 32
  std::size_t depth;
  const float* matrix;
  std::size_t row_stride, depth_stride;
  std::size_t rows;
  const float* bias = nullptr;  ///< [rows], or none
  float scale = 1.0F;
  bool accumulate = false;
  float* out;  ///< [rows][width], apart from `in` and `matrix`
};

void product(const Product& task);

/// Rows of a matrix that a pass takes at once on any instruction set: work is best cut at multiples of it.
inline constexpr std::size_t product_rows = 12;

}  // namespace mha::kernel
