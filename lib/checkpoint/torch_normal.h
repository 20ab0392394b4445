// The numbers that PyTorch's normal_() puts into one float32 tensor on the CPU, any part of it at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "kernel/mersenne_twister.h"

namespace mha {

/// A generator of a fixed seed, and the way to any place of its stream: a place behind starts it anew.
class TorchStream {
 public:
  /// Only the low 32 bits of a seed reach the engine (CPUGeneratorImpl::set_current_seed).
  explicit TorchStream(std::uint64_t seed) : seed_(static_cast<std::uint32_t>(seed)), engine_(seed_) {}

  /// The engine, whose next draw is number `draw`.
  kernel::MersenneTwister& at(std::uint64_t draw);

  /// Draws skipped and taken so far, those before a new start included.
  std::uint64_t work() const noexcept { return work_ + engine_.position(); }

 private:
  std::uint32_t seed_;
  kernel::MersenneTwister engine_;
  std::uint64_t work_ = 0;
};

/// One call of normal_() on a contiguous tensor: where it lies in the stream, and what it leaves behind
/// (aten/src/ATen/native/cpu/DistributionTemplates.h, aten/src/ATen/core/DistributionsHelper.h).
///
/// From 16 elements on, each block of 16 draws makes 16 elements; where the count is no multiple of 16, the
/// last 16 elements are made anew from 16 further draws. Below 16 elements, each four draws make two doubles
/// by Box and Muller, and a second one that is left over waits in the generator for the next call of that
/// kind.
struct TorchNormal {
  std::uint64_t first_draw;
  std::size_t count;                       ///< elements, at least one
  std::optional<std::uint64_t> left_over;  ///< first draw of the pair whose second number waits

  bool is_small() const noexcept { return count < 16; }

  /// Number of draws that the call takes.
  std::uint64_t draws() const noexcept;

  /// The pair whose second number waits after the call.
  std::optional<std::uint64_t> leaves() const noexcept;
};

/// Reads the elements of a call. Cheapest from front to back: each block is made once and nothing is drawn
/// twice.
class TorchNormalReader {
 public:
  TorchNormalReader(TorchStream& stream, const TorchNormal& call) : stream_(stream), call_(call) {}

  /// Elements [begin, begin + out.size()) of the tensor.
  void read(std::size_t begin, std::span<float> out);

 private:
  using Block = std::array<float, 16>;

  /// Elements that no tail overwrites.
  std::size_t body() const noexcept { return call_.count % 16 == 0 ? call_.count : call_.count - 16; }
  void read_body(std::size_t begin, std::span<float> out);
  /// The 16 elements made of the 16 draws from `draw`.
  const Block& block(std::uint64_t draw);
  Block small();

  TorchStream& stream_;
  TorchNormal call_;
  Block block_;
  std::optional<std::uint64_t> block_draw_;  ///< what block_ holds
};

}  // namespace mha
