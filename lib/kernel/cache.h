// What kernels know of the first-level cache.
#pragma once

#include <cstddef>

namespace mha::kernel {

/// Floats in a line.
inline constexpr std::size_t cache_line = 16;

/// Numbers that lie a multiple of so many floats, 4096 bytes, apart compete for the same lines, of which
/// there are 8 on most processors.
inline constexpr std::size_t cache_stride = 4096 / sizeof(float), cache_ways = 8;

}  // namespace mha::kernel
