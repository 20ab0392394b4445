#include "kernel/activation.h"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "kernel/reference.h"
#include "support/each_target.h"
#include "support/numbers.h"

using namespace mha;

namespace {

constexpr Activation all[] = {Activation::gelu, Activation::gelu_tanh, Activation::relu, Activation::silu};

std::vector<float> apply(Activation activation, std::vector<float> values) {
  kernel::activate(activation, values);
  return values;
}

double exact(Activation activation, float value) {
  reference::Matrix one(1, 1);
  one(0, 0) = value;
  return reference::activate(activation, one)(0, 0);
}

/// Every 997th float there is, NaN and infinities apart, and a dense sweep of where the curves bend.
std::vector<float> many_floats() {
  std::vector<float> values;
  for (std::uint64_t bits = 0; bits < std::uint64_t{1} << 32; bits += 99991) {
    const auto value = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
    if (std::isfinite(value)) values.push_back(value);
  }
  for (float value = -16; value < 16; value += 1.0F / 1024) values.push_back(value);
  return values;
}

}  // namespace

TEST_CASE(
    "activations are exact to two parts in ten million over the whole range, on every instruction set") {
  const std::vector<float> values = many_floats();
  for (const Activation activation : all) {
    CAPTURE(static_cast<int>(activation));
    test::each_target([&] {
      const std::vector<float> got = apply(activation, values);
      double worst = 0;
      for (std::size_t i = 0; i < values.size(); ++i) {
        const double want = exact(activation, values[i]);
        if (std::isinf(static_cast<float>(want)) || std::isinf(got[i])) {
          CHECK(static_cast<float>(want) == got[i]);
          continue;
        }
        const double scale = std::max(1.0, std::abs(static_cast<double>(values[i])));
        worst = std::max(worst, std::abs(static_cast<double>(got[i]) - want) / scale);
      }
      CHECK(worst < (activation == Activation::relu ? 1e-300 : 2e-7));
    });
  }
}

TEST_CASE("gelu keeps the digits of its small values on the negative side") {
  for (float x = -13; x < -1.5F; x += 0.125F) {
    const double want = exact(Activation::gelu, x);
    CAPTURE(x);
    // Beyond -6 values are below 1e-8, where only their size counts.
    CHECK(apply(Activation::gelu, {x})[0] == doctest::Approx(want).epsilon(x > -6 ? 1e-5 : 0.9));
  }
}

TEST_CASE("an activation leaves NaN a NaN, and knows the ends of the range") {
  constexpr float inf = std::numeric_limits<float>::infinity();
  for (const Activation activation : all) {
    CHECK(std::isnan(apply(activation, {std::numeric_limits<float>::quiet_NaN()})[0]));
    CHECK(apply(activation, {inf})[0] == inf);
    CHECK(apply(activation, {0.0F})[0] == 0);
  }
  CHECK(apply(Activation::relu, {-inf})[0] == 0);
}

TEST_CASE("activations have the same bits in any place and on every instruction set with FMA") {
  const std::vector<float> values = test::normals(1003, 3);
  for (const Activation activation : all) {
    const std::vector<float> whole = apply(activation, values);
    for (std::size_t i = 0; i < values.size(); i += 17) {
      CHECK(test::same_bits(std::span(whole).subspan(i, 1),
                            std::span<const float>(apply(activation, {values[i]}))));
    }
    test::each_target([&] {
      if (!kernel::target_in_use().fma) return;
      CHECK(
          test::same_bits(std::span<const float>(apply(activation, values)), std::span<const float>(whole)));
    });
  }
}
