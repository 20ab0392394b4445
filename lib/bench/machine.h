// What the machine can do at most.
#pragma once

#include <cstddef>

#include "base/buffer.h"

namespace mha {

/// Floating-point operations a second of `threads` threads at once, with the instruction set in use and
/// registers alone (kernel/peak.h). Takes about `seconds`.
double peak_flops(std::size_t threads, double seconds);

/// Memory to be read: twice what the last cache holds, from 256 MiB to 1 GiB.
class MemoryToRead {
 public:
  static std::size_t bytes();

  /// Throws Error(limit) if there is not that much.
  MemoryToRead();

  /// Seconds that `threads` threads take to read all of it once.
  double read_seconds(std::size_t threads, double seconds) const;

 private:
  Buffer<float> numbers_;
};

}  // namespace mha
