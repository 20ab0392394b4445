// Normal numbers out of uniform ones, as PyTorch makes them for tensors of 16 elements and more.
#pragma once

#include <span>

namespace mha::kernel {

/// Turns uniform numbers in [0, 1) into normal ones (mean 0, deviation 1), in place. Each 16 neighbours are a
/// block: element j < 8 is u1 = 1 - value and element j + 8 is u2, and they become sqrt(-2 log u1) times the
/// cosine and the sine of 2 pi u2. The size is a multiple of 16.
///
/// Bit for bit normal_fill_AVX2 of aten/src/ATen/native/cpu/DistributionTemplates.h, whose log and sincos are
/// the polynomials of avx_mathfun.h, on every instruction set.
void box_muller(std::span<float> values);

}  // namespace mha::kernel
