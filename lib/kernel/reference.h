// What the kernels compute, in float64 on Eigen: the definition that they are tested against.
#pragma once

#include <Eigen/Core>
#include <cstddef>

#include "base/tensor.h"
#include "kernel/activation.h"
#include "kernel/linear.h"
#include "kernel/norm.h"

namespace mha::reference {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// A stored matrix [rows, columns], or a vector as one row, as doubles.
Matrix to_matrix(const TensorView& tensor);

/// x W^T + b: [tokens, in] to [tokens, out], with the rows of W and b that `linear` has.
Matrix linear(const Matrix& x, const Linear& linear);

/// The norm of every row, or of each stretch of the norm's features in it.
Matrix normed(const Matrix& x, const Norm& norm);

/// The activation of every number; gelu by erf (written as erfc, which loses nothing at negative numbers), as
/// in Transformers' activations.py.
Matrix activate(Activation activation, const Matrix& x);

/// Writes columns [first, first + count) of every row to out[row * row_stride + column - first].
void to_rows(const Matrix& matrix, std::size_t first, std::size_t count, double* out, std::size_t row_stride);

}  // namespace mha::reference
