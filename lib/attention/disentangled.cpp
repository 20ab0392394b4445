#include "attention/disentangled.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace mha {
namespace {

float log_of(float value) { return static_cast<float>(std::log(static_cast<double>(value))); }

}  // namespace

std::ptrdiff_t LogBuckets::bucket(std::ptrdiff_t distance) const {
  const auto middle = static_cast<std::ptrdiff_t>(position_buckets / 2);
  const std::ptrdiff_t reach = std::abs(distance);
  if (position_buckets == 0 || reach <= middle) return distance;
  const auto half = static_cast<float>(middle);
  const auto most =
      static_cast<float>(static_cast<double>(max_relative_positions - 1) / static_cast<double>(middle));
  const float share = log_of(static_cast<float>(reach) / half) / log_of(most) * (half - 1.0F);
  const auto size = static_cast<std::ptrdiff_t>(std::ceil(share) + half);
  return distance < 0 ? -size : size;
}

std::size_t LogBuckets::position(std::ptrdiff_t distance) const {
  const auto half = static_cast<std::ptrdiff_t>(span());
  return static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(bucket(distance) + half, 0, 2 * half - 1));
}

float disentangled_divisor(std::size_t head_dim, std::size_t kinds) {
  return std::sqrt(static_cast<float>(head_dim) * static_cast<float>(kinds));
}

}  // namespace mha
