// Scores that are scaled and biased.
#pragma once

#include <cstddef>

namespace mha::kernel {

/// Scores [keys][width], and what is added to them: for key k and lane t what lies at bias[k * key_step + t],
/// or at bias[k * key_step] for all lanes.
struct BiasedScores {
  float* scores;
  std::size_t keys, width;
  float scale;
  const float* bias;
  std::ptrdiff_t key_step;
  bool same_for_all = false;
};

/// score = score * scale + bias for each, both operations rounded, as Transformers' eager code has them.
void scale_and_bias(const BiasedScores& task);

}  // namespace mha::kernel
