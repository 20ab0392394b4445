#include "attention/position.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

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
    REQUIRE(relative_bucket({}, distance) == bucket_by_logarithm(distance));
  }
  CHECK(relative_bucket({}, -(std::ptrdiff_t{1} << 31)) == 31);
}

TEST_CASE("a bias by distance is found by head, query and key, queries one behind the other") {
  for (const BucketRule& rule : {BucketRule{}, BucketRule{8, 12, false}}) {
    std::vector<float> values(rule.buckets * 2);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i);
    const ScoreBias<float> bias(BucketTable<float>{values, 2, rule}, 20);
    for (std::size_t head = 0; head < 2; ++head) {
      for (std::size_t q = 0; q < 20; ++q) {
        for (std::size_t k = 0; k < 20; ++k) {
          const std::size_t bucket =
              relative_bucket(rule, static_cast<std::ptrdiff_t>(q) - static_cast<std::ptrdiff_t>(k));
          CHECK(bias.at(head, q, k) == static_cast<float>(bucket * 2 + head));
          const auto lanes = bias.lanes(head, 0, k);
          CHECK(lanes.first[q] == bias.at(head, q, k));
          if (k > 0) CHECK(lanes.first == bias.lanes(head, 0, k - 1).first + lanes.key_step);
        }
      }
    }
  }
}

TEST_CASE("biases of ALiBi are a slope times the distance or the key, the same numbers in both arithmetics") {
  for (const std::size_t heads : {1, 6, 8}) {
    const std::vector<float> slopes = alibi_slopes(heads);
    REQUIRE(slopes.size() == heads);
    for (const AlibiKind kind : {AlibiKind::distance, AlibiKind::key}) {
      const ScoreBias<float> bias(Alibi{kind, heads}, 50);
      const ScoreBias<double> exact(Alibi{kind, heads}, 50);
      for (std::size_t head = 0; head < heads; ++head) {
        for (std::size_t q = 0; q < 50; ++q) {
          for (std::size_t k = 0; k < 50; ++k) {
            const auto distance = static_cast<float>(q > k ? q - k : k - q);
            const float want = slopes[head] * (kind == AlibiKind::key ? static_cast<float>(k) : -distance);
            CHECK(bias.at(head, q, k) == want);
            CHECK(exact.at(head, q, k) == want);
          }
        }
      }
    }
  }
}
