// Stored numbers made into floats and doubles.
#pragma once

#include <cstddef>
#include <span>

#include "base/tensor.h"

namespace mha::kernel {

/// Numbers [first, first + out.size()) of a tensor in row-major order. float16 and bfloat16 are widened
/// exactly, NaN payloads and denormals included (a signalling NaN of float16 becomes quiet); float64 is
/// rounded to nearest.
void widen(const TensorView& tensor, std::size_t first, std::span<float> out);

/// `count` lines of `length` numbers, `stride` numbers from one to the next, in row-major order from `first`
/// on.
struct Lines {
  std::size_t first, count, length, stride;
};

/// The same for lines of a tensor, which come to lie one behind the other: [count, length].
void widen(const TensorView& tensor, const Lines& lines, std::span<float> out);

/// The same as doubles: exact for every type.
void widen(const TensorView& tensor, std::size_t first, std::span<double> out);

/// True if kernels that use a weight once take numbers of this type as they are stored: to widen them
/// beforehand costs more than the use. Few instruction sets convert float16, none rounds float64 as widen
/// does.
bool takes_stored(ElementType type);

}  // namespace mha::kernel
