// The errors that exp-inl.h and activation.h and softcap.h state, over the whole float range and on every
// instruction set.
#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <numbers>
#include <vector>

#include "kernel/activation.h"
#include "kernel/reference.h"
#include "kernel/softcap.h"
#include "kernel/softmax.h"
#include "kernel/targets.h"
#include "support/each_target.h"

using namespace mha;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

/// Every 9973rd float there is, in order of its bits, and a dense sweep of where the curves bend. Infinities
/// and NaN are not among them.
const std::vector<float>& many_floats() {
  static const std::vector<float> values = [] {
    std::vector<float> all;
    for (std::uint64_t bits = 0; bits <= 0xFFFFFFFFU; bits += 9973) {
      const auto value = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
      if (std::isfinite(value)) all.push_back(value);
    }
    for (float value = -104.5F; value < 89.5F; value += 1.0F / 1021) all.push_back(value);
    return all;
  }();
  return values;
}

/// |got - exact| in units of a float's last place at the exact value: 2^-149 for all denormals. What
/// overflows must do so in both.
double units(float got, double exact) {
  const auto rounded = static_cast<float>(exact);
  if (!std::isfinite(got) || !std::isfinite(rounded)) return got == rounded ? 0 : infinity;
  const int exponent = std::max(exact == 0 ? -126 : std::ilogb(exact), -126);
  return std::abs(got - exact) / std::ldexp(1.0, exponent - 23);
}

/// What activation.h and softcap.h states for x in [from, the next `from` of the same activation): errors in
/// units, or absolute where the values have lost their digits.
struct Bound {
  Activation activation;
  float from;
  double units, absolute = 0;
};

constexpr Bound bounds[] = {
    {Activation::relu, -infinity, 0},  {Activation::silu, -infinity, 0, 3e-37},
    {Activation::silu, -87.3F, 3.4},   {Activation::gelu_tanh, -infinity, 0, 4e-37},
    {Activation::gelu_tanh, -10, 250}, {Activation::gelu_tanh, -3, 20},
    {Activation::gelu_tanh, -1, 3.1},  {Activation::gelu, -infinity, 0, 6e-11},
    {Activation::gelu, -6, 125},       {Activation::gelu, -3, 30},
    {Activation::gelu, -1, 5},
};

bool holds(const Bound& bound, float got, double exact) {
  return bound.absolute > 0 ? std::abs(got - exact) < bound.absolute : units(got, exact) <= bound.units;
}

/// The bound that holds at x: the last of its activation that begins there or before.
const Bound& bound_at(Activation activation, float x) {
  const Bound* found = nullptr;
  for (const Bound& bound : bounds) {
    if (bound.activation == activation && bound.from <= x) found = &bound;
  }
  return *found;
}

/// What many_floats become in float64.
reference::Matrix exact(Activation activation) {
  const std::vector<float>& values = many_floats();
  reference::Matrix x(1, static_cast<Eigen::Index>(values.size()));
  std::copy(values.begin(), values.end(), x.data());
  if (activation != Activation::gelu_tanh) return reference::activate(activation, x);
  // (1 + tanh(z)) / 2 loses its digits in float64 too, where it is small; 1 / (1 + exp(-2 z)) does not.
  return x.unaryExpr([](double v) {
    return v / (1 + std::exp(-2 * std::sqrt(2 / std::numbers::pi) * (v + 0.044715 * v * v * v)));
  });
}

/// Errors of a function of x <= 0, in units: below `fused` where multiply and add are one, else below
/// `apart`.
template <class Function, class Exact>
void check_power(Function function, Exact exact, double fused, double apart) {
  std::vector<float> x;
  std::copy_if(many_floats().begin(), many_floats().end(), std::back_inserter(x),
               [](float value) { return value <= 0; });
  test::each_target([&] {
    std::vector<float> results = x;
    function(results);
    double worst = 0;
    float where = 0;
    for (std::size_t i = 0; i < results.size(); ++i) {
      const double error = units(results[i], exact(static_cast<double>(x[i])));
      if (error > worst) worst = error, where = x[i];
    }
    CAPTURE(where);
    CHECK(worst < (kernel::target_in_use().fma ? fused : apart));
  });
}

}  // namespace

TEST_CASE("exp is within 1.2 units in the last place for all negative floats, on every instruction set") {
  check_power(
      kernel::exp_in_place, [](double x) { return std::exp(x); }, 1, 1.2);
}

TEST_CASE("2^x is within 2.3 units in the last place for all negative floats, on every instruction set") {
  const auto exact = [](double x) { return x < -126.5 ? 0 : std::exp2(x); };
  check_power(kernel::exp2_in_place, exact, 2.1, 2.3);
}

TEST_CASE("tanh is within 2 units in the last place for all floats, on every instruction set") {
  test::each_target([&] {
    std::vector<float> results = many_floats();
    kernel::tanh_in_place(results);
    double worst = 0;
    float where = 0;
    for (std::size_t i = 0; i < results.size(); ++i) {
      const double error = units(results[i], std::tanh(static_cast<double>(many_floats()[i])));
      if (error > worst) worst = error, where = many_floats()[i];
    }
    CAPTURE(where);
    CHECK(worst < 2);
  });
}

TEST_CASE("activations are as exact as stated over the whole float range, on every instruction set") {
  for (const Activation activation :
       {Activation::gelu, Activation::gelu_tanh, Activation::relu, Activation::silu}) {
    CAPTURE(static_cast<int>(activation));
    const reference::Matrix want = exact(activation);
    test::each_target([&] {
      std::vector<float> results = many_floats();
      kernel::activate(activation, results);
      std::size_t wrong = 0;
      float where = 0;
      for (std::size_t i = 0; i < results.size(); ++i) {
        const float x = many_floats()[i];
        if (!holds(bound_at(activation, x), results[i], want.data()[i])) ++wrong, where = x;
      }
      CAPTURE(where);
      CHECK(wrong == 0);
    });
  }
}
