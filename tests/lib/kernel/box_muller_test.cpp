#include "kernel/box_muller.h"

#include <doctest/doctest.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "kernel/mersenne_twister.h"
#include "support/each_target.h"

using namespace mha;

TEST_CASE("16 normals after 22 draws of seed 137 begin with PyTorch's published number") {
  test::each_target([] {
    std::array<float, 16> values;
    kernel::MersenneTwister engine(137);
    engine.discard(22);
    engine.uniform(values, 0.0f, 1.0f);
    kernel::box_muller(values);
    CHECK(values[0] == -1.2813878059387207f);
  });
}

TEST_CASE("normals lie within rounding of the Box-Muller formula in float64") {
  test::each_target([] {
    std::vector<float> uniform(16 * 1000);
    kernel::MersenneTwister(1).uniform(uniform, 0.0f, 1.0f);
    std::vector<float> normal = uniform;
    kernel::box_muller(normal);
    for (std::size_t i = 0; i < normal.size(); ++i) {
      const std::size_t pair = i / 16 * 16 + i % 8;
      const double radius = std::sqrt(-2 * std::log(1.0 - double{uniform[pair]}));
      const double angle = 2 * std::numbers::pi * double{uniform[pair + 8]};
      const double exact = radius * (i % 16 < 8 ? std::cos(angle) : std::sin(angle));
      // The angle is rounded to 24 bits: up to 2.4e-7 of it, times a radius of at most 5.8.
      REQUIRE(std::abs(double{normal[i]} - exact) < 3e-6);
    }
  });
}

TEST_CASE("the ends of the uniform range give finite normals and no negative zero") {
  test::each_target([] {
    for (const float u1 : {0.0f, 0x1p-24f, 0.5f, 1.0f - 0x1p-24f}) {
      for (const float u2 : {0.0f, 0.25f, 0.5f, 0.75f, 1.0f - 0x1p-24f}) {
        std::array<float, 16> values;
        for (std::size_t j = 0; j < 16; ++j) values[j] = j < 8 ? u1 : u2;
        kernel::box_muller(values);
        for (const float value : values) {
          CHECK(std::abs(value) < 5.8f);
          CHECK(std::bit_cast<std::uint32_t>(value) != 0x80000000u);
        }
      }
    }
  });
}
