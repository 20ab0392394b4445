// Softmax down the lanes, in steps: so that scores can be looked at, that weights need not be normalised one
// by one, and that the values can be weighted while a stretch of weights is still in the nearest cache.
#pragma once

#include <cstddef>

namespace mha::kernel {

/// The largest of each lane's scores [keys][width], 0 for a lane whose scores are all -inf. `width` is 8, 16
/// or 32, here and below.
void lane_maxima(const float* scores, std::size_t keys, std::size_t width, float* maxima);

/// Replaces scores [keys][width] by exp(score - maximum of its lane) and adds these to sums [width]. A score
/// of -inf gives exactly 0. Keys may come in stretches, all but the last of a multiple of 64 keys: the bits
/// of the sums are the same, for they run over partial sums of 64 keys in the order of the keys. So their
/// error does not grow with the keys either, and a key whose exponential is 0 leaves the bits alone.
void exponentials(float* scores, std::size_t keys, std::size_t width, const float* maxima, float* sums);

/// The reciprocals of sums [width] in place; that of 0 is 0. An exponential times it is the softmax of its
/// score.
void invert_sums(float* sums, std::size_t width);

/// values[row][lane] *= factors[lane] for [rows][width].
void scale_lanes(float* values, std::size_t rows, std::size_t width, const float* factors);

/// exp of `count` numbers <= 0 in place, for tests of its error over the whole range.
void exp_in_place(float* values, std::size_t count);

}  // namespace mha::kernel
