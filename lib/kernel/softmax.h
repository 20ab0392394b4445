// Softmax down the lanes, in two steps so that scores can be looked at and weights need not be normalised one
// by one.
#pragma once

#include <cstddef>

namespace mha::kernel {

/// Replaces scores [keys][width] by exp(score - maximum of its lane) and gives the reciprocal of each lane's
/// sum in `inverse_sums` [width]: exponential times inverse_sums is softmax(scores) over the keys. A lane
/// whose scores are all -inf gets exponentials and an inverse sum of 0. A score of -inf gives exactly 0.
/// `width` is 8, 16 or 32.
///
/// The sum runs over partial sums of 64 keys in order of the keys, so its error does not grow with their
/// number, and a key whose exponential is 0 leaves the bits alone.
void softmax(float* scores, std::size_t keys, std::size_t width, float* inverse_sums);

/// values[row][lane] *= factors[lane] for [rows][width].
void scale_lanes(float* values, std::size_t rows, std::size_t width, const float* factors);

/// exp of `count` numbers <= 0 in place, for tests of its error over the whole range.
void exp_in_place(float* values, std::size_t count);

}  // namespace mha::kernel
