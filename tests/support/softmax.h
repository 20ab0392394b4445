// The steps of softmax in one, for tests.
#pragma once

#include <algorithm>
#include <cstddef>

#include "kernel/blocks.h"
#include "kernel/softmax.h"

namespace mha::test {

/// Replaces scores [keys][width] by their exponentials and gives the factors that make weights of them.
inline void softmax(float* scores, std::size_t keys, std::size_t width, float* inverse_sums) {
  alignas(64) float maxima[kernel::max_width];
  kernel::lane_maxima(scores, keys, width, maxima);
  std::fill_n(inverse_sums, width, 0.0F);
  kernel::exponentials(scores, keys, width, maxima, inverse_sums);
  kernel::invert_sums(inverse_sums, width);
}

}  // namespace mha::test
