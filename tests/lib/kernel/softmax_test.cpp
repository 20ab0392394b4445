#include "kernel/softmax.h"

#include <doctest/doctest.h>

#include <bit>
#include <cstdint>
#include <limits>

#include "base/buffer.h"
#include "support/each_target.h"
#include "support/numbers.h"
#include "support/softmax.h"

using namespace mha;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

}  // namespace

TEST_CASE("2^x of -inf is 0, of 0 is 1, of NaN is NaN") {
  test::each_target([] {
    std::vector<float> values = {-infinity, -1e30F, -127, -0.0F, 0, std::nanf("")};
    kernel::exp2_in_place(values);
    CHECK(std::bit_cast<std::uint32_t>(values[0]) == 0);
    CHECK(values[1] == 0);
    CHECK(values[2] == 0);
    CHECK(values[3] == 1);
    CHECK(values[4] == 1);
    CHECK(std::isnan(values[5]));
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
        test::softmax(scores.data(), keys, width, sums.data());
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

TEST_CASE("a softmax over stretches, rescaled where a maximum grows, is that of all keys at once") {
  test::each_target([] {
    constexpr std::size_t keys = 192, stretch = 64, width = 16;
    std::vector<float> input = test::normals(keys * width, 7);
    for (std::size_t k = 0; k < keys; ++k) {
      input[k * width] = static_cast<float>(k) * 3;       // grows with every stretch
      input[k * width + 1] = -static_cast<float>(k) * 3;  // never does
      if (k < 100) input[k * width + 2] = -infinity;      // sees nothing at first
      input[k * width + 3] = -infinity;                   // nor ever
      if (k == 70) input[k * width + 4] = 1e8F;           // leaves nothing of the others
    }
    Buffer<float> weights = Buffer<float>::uninitialised(input.size());
    std::copy(input.begin(), input.end(), weights.data());
    kernel::SoftmaxState state;
    alignas(64) float rescale[kernel::max_width], sums[kernel::max_width];
    for (std::size_t first = 0; first < keys; first += stretch) {
      const bool grown =
          kernel::take_scores(weights.data() + first * width, stretch, width, 0.25F, state, rescale);
      CHECK(grown);
      CHECK(rescale[1] == (first == 0 ? 0 : 1));
      CHECK(rescale[3] == 1);
      kernel::scale_lanes(weights.data(), first, width, rescale);
    }
    std::copy_n(state.sums, width, sums);
    kernel::invert_sums(sums, width);
    for (std::size_t lane = 0; lane < width; ++lane) {
      double maximum = -infinity, sum = 0;
      for (std::size_t k = 0; k < keys; ++k) maximum = std::max<double>(maximum, input[k * width + lane]);
      const auto exact = [&](std::size_t k) { return std::exp(0.25 * (input[k * width + lane] - maximum)); };
      for (std::size_t k = 0; k < keys && maximum > -infinity; ++k) sum += exact(k);
      for (std::size_t k = 0; k < keys; ++k) {
        CHECK(std::abs(weights[k * width + lane] * sums[lane] - (sum == 0 ? 0 : exact(k) / sum)) < 3e-7);
      }
    }
  });
}

TEST_CASE("a NaN among the scores reaches every weight of its lane and no other lane") {
  test::each_target([] {
    Buffer<float> scores = Buffer<float>::zeros(3 * 8), sums = Buffer<float>::zeros(8);
    scores[8 + 2] = std::nanf("");
    test::softmax(scores.data(), 3, 8, sums.data());
    for (std::size_t k = 0; k < 3; ++k) {
      CHECK(std::isnan(scores[k * 8 + 2] * sums[2]));
      CHECK(scores[k * 8 + 3] * sums[3] == doctest::Approx(1.0 / 3));
    }
  });
}
