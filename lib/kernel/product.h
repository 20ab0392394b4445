// The one micro-kernel: a block of tokens times a matrix.
#pragma once

#include <cstddef>

#include "kernel/blocks.h"

namespace mha::kernel {

/// Terms that are summed in one chain; the chains are then added up in order. A chain over all of a depth of
/// 768 would have three times the rounding error.
inline constexpr std::size_t product_chain = 128;

/// Keys of a full block, whose values are a segment of a matrix.
inline constexpr std::size_t product_segment = max_width;

/// What is needed soon and comes from afar, to be asked for meanwhile: beside the number of row c at depth k
/// of a matrix that at data + c * row_stride + k * depth_stride, in bytes; in segments, as the matrix.
struct NextMatrix {
  const std::byte* data = nullptr;  ///< null for none
  std::size_t row_stride = 0, depth_stride = 0, segment_stride = 0;
};

/// out[c][lane] = sum over k of in[k][lane] * matrix(c, k) + bias[c], where matrix(c, k) is
/// matrix[c * row_stride + k * depth_stride], read where it lies at any alignment; one of the strides is 1.
/// With `segment_stride` the matrix lies in segments of product_segment k that many numbers apart. With
/// `accumulate` the sum is added to what `out` holds.
///
/// The order of operations of each output is fixed: for every product_chain terms a chain of fused
/// multiply-adds from 0, in the order of k, and these chains added in order. It does not depend on the width,
/// on the number of rows, or on the instruction set (of those with FMA), so neither do the bits. A projection
/// has matrix = weights [rows, depth]; for scores the matrix is the keys' own block, for weights times values
/// it is the values' blocks, a segment each, read the other way.
struct Product {
  const float* in;            ///< [depth][width]
  std::size_t width;          ///< 8, 16 or 32
  std::size_t in_stride = 0;  ///< numbers from one k to the next; 0: width
  std::size_t depth;
  const float* matrix;
  std::size_t row_stride, depth_stride;
  std::size_t segment_stride = 0;
  std::size_t rows;
  const float* bias = nullptr;  ///< [rows], or none
  bool accumulate = false;
  NextMatrix next = {};
  float* out;  ///< [rows][width], apart from `in` and `matrix`
};

void product(const Product& task);

/// Work is best cut at multiples of so many rows: tiles end there on any instruction set, be they of 12, 8
/// or 6.
inline constexpr std::size_t product_rows = 24;

}  // namespace mha::kernel
