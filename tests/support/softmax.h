// The steps of softmax in one, for tests.
#pragma once

#include <algorithm>
#include <cstddef>

#include "kernel/blocks.h"
#include "kernel/softmax.h"

namespace mha::test {

/// Replaces scores [keys][width], one stretch, by their exponentials and gives the factors that make weights
/// of them.
inline void softmax(float* scores, std::size_t keys, std::size_t width, float* inverse_sums) {
  kernel::SoftmaxState state;
  alignas(64) float rescale[kernel::max_width];
  kernel::take_scores(scores, keys, width, 1.0F, state, rescale);
  std::copy_n(state.sums, width, inverse_sums);
  kernel::invert_sums(inverse_sums, width);
}

}  // namespace mha::test
