// The system's calls for writing, repeated until all is written.
#pragma once

#include <cstddef>
#include <string_view>

namespace mha {

/// Writes behind what was written last. errno of the first call that fails, or 0.
int write_all(int descriptor, const void* data, std::size_t size);

/// Writes at `offset`; what is written next still goes behind what was written last. errno, or 0.
int rewrite_all(int descriptor, std::size_t offset, std::string_view bytes);

}  // namespace mha
