// The engine of PyTorch's CPU generator (aten/src/ATen/core/MT19937RNGEngine.h): MT19937, as std::mt19937.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace mha::kernel {

/// Draws 32 random bits at a time. The same numbers on every instruction set.
class MersenneTwister {
 public:
  explicit MersenneTwister(std::uint32_t seed);

  /// Number of draws taken or skipped so far.
  std::uint64_t position() const noexcept { return position_; }

  /// Skips `count` draws; far cheaper than taking them.
  void discard(std::uint64_t count);

  /// Fills `out` with the next draws.
  void fill(std::span<std::uint32_t> out);

  /// Fills `out` with floats between `from` and `to`, a draw each: fma(u, to - from, from), where u is the
  /// draw's low 24 bits times 2^-24. As in PyTorch a result that rounds to `to` becomes `from`, so `to` never
  /// occurs (uniform_real in aten/src/ATen/core/TransformationHelper.h). `from` < `to`, and their difference
  /// is above 2^-100.
  void uniform(std::span<float> out, float from, float to);

 private:
  static constexpr std::size_t words = 624;
  static constexpr std::size_t widest = 16;  ///< words of the longest vector

  /// The next draws before tempering: between 1 and `limit` of them.
  std::span<const std::uint32_t> take(std::size_t limit);

  /// The state, and behind it a copy of its first words, so that vectors may run over the end.
  alignas(64) std::array<std::uint32_t, words + widest> state_;
  std::size_t next_ = words;  ///< word of the next draw
  std::uint64_t position_ = 0;
};

}  // namespace mha::kernel
