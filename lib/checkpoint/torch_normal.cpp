#include "checkpoint/torch_normal.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

#include "kernel/box_muller.h"

namespace mha {
namespace {

/// 53 of 64 bits, the first draw on top, as a double in [0, 1).
double uniform_double(kernel::MersenneTwister& engine) {
  std::array<std::uint32_t, 2> draws;
  engine.fill(draws);
  const std::uint64_t bits = std::uint64_t{draws[0]} << 32 | draws[1];
  return static_cast<double>(bits & ((std::uint64_t{1} << 53) - 1)) * 0x1p-53;
}

/// Two normal numbers of four draws (normal_distribution<double>).
std::array<float, 2> normal_pair(kernel::MersenneTwister& engine) {
  const double turn = uniform_double(engine);
  const double radius = std::sqrt(-2.0 * std::log1p(-uniform_double(engine)));
  const double angle = 2.0 * std::numbers::pi * turn;
  return {static_cast<float>(radius * std::cos(angle)), static_cast<float>(radius * std::sin(angle))};
}

}  // namespace

kernel::MersenneTwister& TorchStream::at(std::uint64_t draw) {
  if (draw < engine_.position()) {
    work_ += engine_.position();
    engine_ = kernel::MersenneTwister(seed_);
  }
  engine_.discard(draw - engine_.position());
  return engine_;
}

std::uint64_t TorchNormal::draws() const noexcept {
  if (is_small()) return (count - left_over.has_value() + 1) / 2 * 4;
  return count % 16 == 0 ? count : std::uint64_t{count} + 16;
}

std::optional<std::uint64_t> TorchNormal::leaves() const noexcept {
  if (!is_small()) return left_over;
  const bool odd = (count - left_over.has_value()) % 2 != 0;
  return odd ? std::optional(first_draw + draws() - 4) : std::nullopt;
}

void TorchNormalReader::read(std::size_t begin, std::span<float> out) {
  assert(begin <= call_.count && out.size() <= call_.count - begin);
  if (call_.is_small()) {
    const Block all = small();
    std::copy_n(all.begin() + begin, out.size(), out.begin());
    return;
  }
  const std::size_t before_tail = begin < body() ? std::min(out.size(), body() - begin) : 0;
  read_body(begin, out.first(before_tail));
  if (before_tail == out.size()) return;
  const Block& tail = block(call_.first_draw + call_.count);
  std::copy_n(tail.begin() + (begin + before_tail - body()), out.size() - before_tail,
              out.begin() + before_tail);
}

void TorchNormalReader::read_body(std::size_t begin, std::span<float> out) {
  constexpr std::size_t chunk = 2048;  // stays in the nearest cache between the two steps
  while (!out.empty()) {
    const std::size_t offset = begin % 16;
    std::size_t size = std::min(out.size(), 16 - offset);
    if (size == 16) {
      size = std::min(out.size() / 16 * 16, chunk);
      stream_.at(call_.first_draw + begin).uniform(out.first(size), 0.0f, 1.0f);
      kernel::box_muller(out.first(size));
    } else {
      std::copy_n(block(call_.first_draw + begin - offset).begin() + offset, size, out.begin());
    }
    begin += size;
    out = out.subspan(size);
  }
}

const TorchNormalReader::Block& TorchNormalReader::block(std::uint64_t draw) {
  if (block_draw_ != draw) {
    stream_.at(draw).uniform(block_, 0.0f, 1.0f);
    kernel::box_muller(block_);
    block_draw_ = draw;
  }
  return block_;
}

TorchNormalReader::Block TorchNormalReader::small() {
  Block all{};
  std::size_t filled = 0;
  if (call_.left_over) all[filled++] = normal_pair(stream_.at(*call_.left_over))[1];
  kernel::MersenneTwister& engine = stream_.at(call_.first_draw);
  for (; filled < call_.count; filled += 2) {
    const auto pair = normal_pair(engine);
    std::copy_n(pair.begin(), std::min<std::size_t>(2, call_.count - filled), all.begin() + filled);
  }
  return all;
}

}  // namespace mha
