// Softmax down the lanes, over keys that come in stretches: so that scores are worked on while they are in
// the nearest cache, that weights need not be normalised one by one, and that no more than a stretch is held.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>

#include "kernel/blocks.h"

namespace mha::kernel {

/// Keys whose exponentials are summed by themselves: each stretch but the last has a multiple of so many.
inline constexpr std::size_t softmax_partial = 64;

/// What the keys so far have left of each lane.
struct SoftmaxState {
  SoftmaxState() {
    std::fill_n(maxima, max_width, -std::numeric_limits<float>::infinity());
    std::fill_n(sums, max_width, 0.0F);
  }

  alignas(64) float maxima[max_width];  ///< of scores as they are, not scaled
  alignas(64) float sums[max_width];    ///< of exponentials, relative to the maxima
};

/// Replaces the scores [keys][width] of the next stretch by exp(scale * (score - maximum)), with the maximum
/// of the lane's scores up to the end of this stretch, and adds these to the sums ("online softmax", Milakov
/// and Gimelshein 2018, algorithm 3). A score of -inf gives exactly 0. `width` is 8, 16 or 32, here and
/// below. Returns whether a maximum has grown; if so, what was made of the exponentials before must be
/// multiplied by rescale [width], as the sums were here: exactly 1 for lanes whose maximum is as before.
///
/// Sums run over partial sums of softmax_partial keys in the order of the keys, so that their error does not
/// grow with the keys. A key whose score is -inf leaves the bits of everything alone.
bool take_scores(float* scores, std::size_t keys, std::size_t width, float scale, SoftmaxState& state,
                 float* rescale);

/// factors[lane] = exp(scale * (before[lane] - after[lane])), 1 where both are -inf: brings exponentials that
/// are relative to the maxima `before` to the larger ones `after`. [width] each.
void rescale_factors(const float* before, const float* after, std::size_t width, float scale, float* factors);

/// The reciprocals of sums [width] in place; that of 0 is 0. An exponential times it is the softmax of its
/// score.
void invert_sums(float* sums, std::size_t width);

/// values[row][lane] *= factors[lane] for [rows][width].
void scale_lanes(float* values, std::size_t rows, std::size_t width, const float* factors);

/// 2^x of numbers <= 0 in place, as softmax computes it: for tests of its error over the whole range.
void exp2_in_place(std::span<float> values);

}  // namespace mha::kernel
