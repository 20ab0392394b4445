#include "attention/position.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace mha;

namespace {

/// The rule as modeling_mpnet.py writes it, in float64.
std::size_t bucket_by_logarithm(std::ptrdiff_t distance) {
  const std::size_t side = distance < 0 ? 16 : 0;
  const auto reach = static_cast<double>(std::abs(distance));
  if (reach < 8) return side + static_cast<std::size_t>(reach);
  const double large = 8 + std::floor(std::log(reach / 8) / std::log(128.0 / 8) * 8 + 1e-9);
  return side + static_cast<std::size_t>(std::min(large, 15.0));
}

}  // namespace

TEST_CASE("buckets of distances are those of the logarithmic rule") {
  for (std::ptrdiff_t distance = -5000; distance <= 5000; ++distance) {
    CAPTURE(distance);
    REQUIRE(relative_bucket(distance) == bucket_by_logarithm(distance));
  }
  CHECK(relative_bucket(-(std::ptrdiff_t{1} << 31)) == 31);
}

TEST_CASE("a bias by distance is found by head, query and key, queries one behind the other") {
  std::vector<float> table(relative_buckets * 2);
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = static_cast<float>(i);
  const DistanceBias<float> bias(table, 2, 20);
  for (std::size_t head = 0; head < 2; ++head) {
    for (std::size_t q = 0; q < 20; ++q) {
      for (std::size_t k = 0; k < 20; ++k) {
        const std::size_t bucket =
            relative_bucket(static_cast<std::ptrdiff_t>(q) - static_cast<std::ptrdiff_t>(k));
        CHECK(*bias.at(head, q, k) == static_cast<float>(bucket * 2 + head));
        CHECK(bias.at(head, q, k) == bias.at(head, 0, k) + q);
      }
    }
  }
}
