// What the numbers of a stored tensor are like.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "checkpoint/tensor_store.h"

namespace mha {

/// Of a tensor's numbers, in float64. What is of finite numbers alone has no value where there are none.
struct TensorStats {
  std::size_t count = 0, zeros = 0, nans = 0, infinities = 0;
  std::optional<std::size_t> first_bad;             ///< index (row-major) of the first NaN or infinity
  std::optional<double> min, max, mean, deviation;  ///< of finite numbers; deviation as numpy.std (ddof=0)

  std::size_t finite() const { return count - nans - infinities; }
};

/// True for real numbers of 16 bits or more, integers and booleans.
bool has_stats(const StoredType& type);

/// Reads the tensor once, of a type that has_stats. Mean and deviation of parts are joined as in Chan, Golub
/// and LeVeque 1979, "Updating formulae and a pairwise algorithm for computing sample variances",
/// equation 2.1, so that they lose no digits however large the tensor. 64-bit integers are rounded to
/// float64.
TensorStats tensor_stats(const FoundTensor& tensor);

}  // namespace mha
