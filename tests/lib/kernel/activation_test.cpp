#include "kernel/activation.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "support/each_target.h"
#include "support/numbers.h"

using namespace mha;

namespace {

constexpr Activation all[] = {Activation::gelu, Activation::gelu_tanh, Activation::relu, Activation::silu};

std::vector<float> apply(Activation activation, std::vector<float> values) {
  kernel::activate(activation, values);
  return values;
}

}  // namespace

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
