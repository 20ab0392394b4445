// How far two tensors are apart.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/tensor.h"

namespace mha {

/// |a - b| <= atol + rtol |b| counts as close; the defaults are those of numpy.allclose.
struct Tolerance {
  double atol = 1e-8, rtol = 1e-5;
  bool equal_nan = false;  ///< NaN is then as good as NaN
};

/// A largest value and the index (row-major) of the first number that has it.
template <class Value>
struct Largest {
  Value value = 0;
  std::size_t at = 0;

  void take(Value other, std::size_t index) {
    if (other > value) *this = {other, index};
  }
};

struct Difference {
  std::size_t count = 0;    ///< numbers of each
  std::size_t unequal = 0;  ///< of them not the same
  std::size_t beyond = 0;   ///< of them not close
  Largest<double>
      absolute;  ///< |a - b|; infinite where just one is infinite or NaN, or both are NaN and that counts
  Largest<double> relative;  ///< |a - b| / |b| where b is neither 0 nor infinite
  /// Floats of the type below between a and b, over finite pairs: 1 for neighbours.
  Largest<std::uint64_t> ulps;
  double mean_absolute = 0;
  double cosine = 1;  ///< of the angle between both as vectors, over finite pairs; NaN if one is all zeros
};

/// Compares tensors of the same shape, in float64; units in the last place are those of float64 if both are
/// of that type, else of float32. Infinities of the same sign are equal, and so are 0 and -0. Neither tensor
/// is copied. numpy/_core/numeric.py (isclose) for closeness, numpy/testing/_private/utils.py
/// (assert_array_compare) for the relative difference.
Difference compare(const TensorView& a, const TensorView& b, const Tolerance& tolerance);

}  // namespace mha
