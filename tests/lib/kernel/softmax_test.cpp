#include "kernel/softmax.h"

#include <doctest/doctest.h>

#include <bit>
#include <cstdint>
#include <limits>

#include "base/buffer.h"
#include "support/each_target.h"
#include "support/numbers.h"

using namespace mha;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

double exp_error_in_units(float x, float y) {
  const double exact = std::exp(static_cast<double>(x));
  const float rounded = static_cast<float>(exact);
  if (std::isinf(rounded) || std::isinf(y)) return rounded == y ? 0 : 1e9;
  // The unit in the last place at the exact value, that of the denormals below.
  const double unit =
      std::max(std::ldexp(1.0, std::ilogb(std::max(exact, 1e-45)) - 23), std::ldexp(1.0, -149));
  return std::abs(static_cast<double>(y) - exact) / unit;
}

}  // namespace

TEST_CASE("exp is within 1.5 units in the last place over the whole float range, on every instruction set") {
  std::vector<float> x;
  for (std::uint64_t bits = 0; bits <= 0xFFFFFFFFU; bits += 4099) {
    const float value = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
    if (!std::isnan(value)) x.push_back(value);
  }
  for (float value = -104.5F; value < 89.5F; value += 0.000317F) x.push_back(value);
  std::vector<float> first;
  test::each_target([&] {
    std::vector<float> y = x;
    kernel::exp_in_place(y.data(), y.size());
    double worst = 0;
    float worst_x = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double error = exp_error_in_units(x[i], y[i]);
      if (error > worst) worst = error, worst_x = x[i];
    }
    CAPTURE(worst_x);
    CHECK(worst < 1.5);
    if (!kernel::target_in_use().fma) return;
    if (first.empty()) first = y;
    CHECK(test::same_bits(y, first));
  });
}

TEST_CASE("exp of -inf is 0, of NaN is NaN, of large numbers is inf") {
  test::each_target([] {
    std::vector<float> values = {-infinity, -1e30F, -105, 0, std::nanf(""), 1e30F, infinity};
    kernel::exp_in_place(values.data(), values.size());
    CHECK(std::bit_cast<std::uint32_t>(values[0]) == 0);
    CHECK(values[1] == 0);
    CHECK(values[2] == 0);
    CHECK(values[3] == 1);
    CHECK(std::isnan(values[4]));
    CHECK(values[5] == infinity);
    CHECK(values[6] == infinity);
  });
}

TEST_CASE("softmax agrees with float64, scores of 1e8 and lanes without any key included") {
  test::each_target([] {
    for (const std::size_t width : {8, 16, 32}) {
      for (const std::size_t keys : {1, 2, 63, 64, 65, 500}) {
        CAPTURE(width);
        CAPTURE(keys);
        std::vector<float> input = test::normals(keys * width, 7);
        for (std::size_t k = 0; k < keys; ++k) {
          input[k * width] = -infinity;                      // a lane that sees nothing
          input[k * width + 1] *= 1e8F;                      // one winner
          if (k % 3 != 0) input[k * width + 2] = -infinity;  // a masked lane
        }
        Buffer<float> scores = Buffer<float>::uninitialised(input.size()), sums = Buffer<float>::zeros(width);
        std::copy(input.begin(), input.end(), scores.data());
        kernel::softmax(scores.data(), keys, width, sums.data());
        for (std::size_t lane = 0; lane < width; ++lane) {
          double maximum = -infinity, sum = 0, error = 0;
          for (std::size_t k = 0; k < keys; ++k) maximum = std::max<double>(maximum, input[k * width + lane]);
          for (std::size_t k = 0; k < keys && maximum > -infinity; ++k)
            sum += std::exp(input[k * width + lane] - maximum);
          for (std::size_t k = 0; k < keys; ++k) {
            const double want = sum == 0 ? 0 : std::exp(input[k * width + lane] - maximum) / sum;
            const float got = scores[k * width + lane] * sums[lane];
            error = std::max(error, std::abs(got - want));
            if (input[k * width + lane] == -infinity) CHECK(std::bit_cast<std::uint32_t>(got) == 0);
          }
          CHECK(error < 3e-7);  // weights are at most 1: a few roundings
        }
      }
    }
  });
}

TEST_CASE("a NaN among the scores reaches every weight of its lane and no other lane") {
  test::each_target([] {
    Buffer<float> scores = Buffer<float>::zeros(3 * 8), sums = Buffer<float>::zeros(8);
    scores[8 + 2] = std::nanf("");
    kernel::softmax(scores.data(), 3, 8, sums.data());
    for (std::size_t k = 0; k < 3; ++k) {
      CHECK(std::isnan(scores[k * 8 + 2] * sums[2]));
      CHECK(scores[k * 8 + 3] * sums[3] == doctest::Approx(1.0 / 3));
    }
  });
}
