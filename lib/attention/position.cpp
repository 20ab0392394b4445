#include "attention/position.h"

#include <cmath>

namespace mha {

std::size_t relative_bucket(const BucketRule& rule, std::ptrdiff_t distance) {
  const std::size_t count = rule.bidirectional ? rule.buckets / 2 : rule.buckets, exact = count / 2;
  const std::size_t side = rule.bidirectional && distance < 0 ? count : 0;
  const std::ptrdiff_t size = distance >= 0 ? distance : rule.bidirectional ? -distance : 0;
  const auto reach = static_cast<std::size_t>(size);
  if (reach < exact) return side + reach;
  const float ratio = static_cast<float>(reach) / static_cast<float>(exact);
  const auto logarithm = static_cast<float>(std::log(static_cast<double>(ratio)));
  const auto whole =
      static_cast<float>(std::log(static_cast<double>(rule.max_distance) / static_cast<double>(exact)));
  const float share = logarithm / whole * static_cast<float>(count - exact);
  return side + std::min(exact + static_cast<std::size_t>(share), count - 1);
}

namespace {

/// The powers first, first + step, ... of what is the first slope of so many heads, a power of two.
void add_slopes(std::size_t heads, std::size_t step, std::size_t count, std::vector<float>& slopes) {
  const auto first = static_cast<float>(std::exp2(-8.0 / static_cast<double>(heads)));
  for (std::size_t i = 0; i < count; ++i) {
    slopes.push_back(
        static_cast<float>(std::pow(static_cast<double>(first), static_cast<double>(1 + i * step))));
  }
}

}  // namespace

std::vector<float> alibi_slopes(std::size_t heads) {
  std::size_t closest = 1;
  while (2 * closest <= heads) closest *= 2;
  std::vector<float> slopes;
  add_slopes(closest, 1, closest, slopes);
  add_slopes(2 * closest, 2, heads - closest, slopes);
  return slopes;
}

}  // namespace mha
