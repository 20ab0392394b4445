// Scores bounded by a tanh.
#pragma once

#include <span>

namespace mha::kernel {

/// What bounds scores: cap * tanh(scale * score / cap).
struct Softcap {
  float scale, cap;
};

/// Replaces each score by cap * tanh(scale * score / cap), as Gemma2's eager_attention_forward in
/// modeling_gemma2.py: scaled, divided, and multiplied again, each operation rounded. NaN stays NaN,
/// infinities become the cap. tanh itself is within 2 units in the last place (worst of all floats: 1.51;
/// without FMA 1.57).
void cap_scores(std::span<float> scores, const Softcap& softcap);

/// tanh of numbers in place, as the softcap computes it.
void tanh_in_place(std::span<float> values);

}  // namespace mha::kernel
