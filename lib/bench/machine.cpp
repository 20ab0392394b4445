#include "bench/machine.h"

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "base/memory.h"
#include "base/parallel.h"
#include "bench/timing.h"
#include "kernel/mersenne_twister.h"
#include "kernel/peak.h"

namespace mha {
namespace {

/// Numbers that a thread reads at a time: 4 MiB.
constexpr std::size_t piece = std::size_t{1} << 20;

}  // namespace

double peak_flops(std::size_t threads, double seconds) {
  // Pieces of some 50 microseconds: a thread that comes late to one repetition does not decide over it.
  constexpr std::size_t pieces = 32, rounds = 2000;
  std::vector<double> operations(threads * pieces);
  const double time = time_of(seconds, [&] {
    parallel_for(operations.size(), threads,
                 [&](std::size_t i) { operations[i] = kernel::spin_multiply_adds(rounds); });
  });
  return operations.front() * static_cast<double>(operations.size()) / time;
}

std::size_t MemoryToRead::bytes() {
  const long cache = ::sysconf(_SC_LEVEL3_CACHE_SIZE);
  const std::size_t twice = cache > 0 ? 2 * static_cast<std::size_t>(cache) : 0;
  const std::size_t size = std::clamp(twice, std::size_t{256} << 20, std::size_t{1} << 30);
  return size / (piece * sizeof(float)) * (piece * sizeof(float));
}

MemoryToRead::MemoryToRead() {
  require_memory(bytes(), "reading memory");
  numbers_ = Buffer<float>::uninitialised(bytes() / sizeof(float));
  kernel::MersenneTwister(0).uniform(numbers_.span().first(piece), -1, 1);
  for (std::size_t at = piece; at < numbers_.size(); at += piece) {
    std::memcpy(numbers_.data() + at, numbers_.data(), piece * sizeof(float));
  }
}

double MemoryToRead::read_seconds(std::size_t threads, double seconds) const {
  std::vector<float> sums(numbers_.size() / piece);
  return time_of(seconds, [&] {
    parallel_for(sums.size(), threads, [&](std::size_t i) {
      sums[i] = kernel::read_all(numbers_.span().subspan(i * piece, piece));
    });
  });
}

}  // namespace mha
