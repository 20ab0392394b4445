#include "kernel/widen.h"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include "kernel/linear.h"
#include "support/blocks.h"
#include "support/each_target.h"
#include "support/exact_numbers.h"

using namespace mha;

namespace {

/// The stored numbers at an odd address, as a file may have them.
template <class Stored>
class Unaligned {
 public:
  Unaligned(const std::vector<Stored>& values, ElementType type)
      : bytes_(values.size() * sizeof(Stored) + 1), view_({values.size()}, type, bytes_.data() + 1) {
    std::memcpy(bytes_.data() + 1, values.data(), values.size() * sizeof(Stored));
  }
  const TensorView& view() const { return view_; }

  template <class Out>
  std::vector<Out> widened(std::size_t first, std::size_t count) const {
    std::vector<Out> out(count);
    kernel::widen(view_, first, std::span<Out>(out));
    return out;
  }

 private:
  std::vector<std::byte> bytes_;
  TensorView view_;
};

std::vector<std::uint16_t> all_halves() {
  std::vector<std::uint16_t> values;
  for (std::uint32_t bits = 0; bits <= 0xFFFF; ++bits) values.push_back(static_cast<std::uint16_t>(bits));
  return values;
}

}  // namespace

TEST_CASE("every float16 becomes the float that its bits mean, on every instruction set") {
  const Unaligned<std::uint16_t> stored(all_halves(), ElementType::float16);
  const auto doubles = stored.widened<double>(0, 65536);
  test::each_target([&] {
    const auto floats = stored.widened<float>(0, 65536);
    for (std::uint32_t bits = 0; bits <= 0xFFFF; ++bits) {
      const int exponent = static_cast<int>(bits >> 10 & 0x1F), fraction = static_cast<int>(bits & 0x3FF);
      const double sign = (bits & 0x8000) != 0 ? -1 : 1;
      CAPTURE(bits);
      if (exponent == 31 && fraction != 0) {
        REQUIRE(std::isnan(floats[bits]));
        // The payload stays, at the upper end of the fraction, with the bit that says quiet.
        const auto payload = static_cast<std::uint32_t>(fraction) << 13 | 0x400000;
        REQUIRE((std::bit_cast<std::uint32_t>(floats[bits]) & 0x7FFFFF) == payload);
        continue;
      }
      const double value = exponent == 31  ? std::numeric_limits<double>::infinity()
                           : exponent == 0 ? std::ldexp(fraction, -24)
                                           : std::ldexp(1024 + fraction, exponent - 25);
      REQUIRE(static_cast<double>(floats[bits]) == sign * value);
      REQUIRE(doubles[bits] == sign * value);
      REQUIRE(std::signbit(floats[bits]) == (sign < 0));
    }
  });
}

TEST_CASE("every bfloat16 is the upper half of its float, on every instruction set") {
  const Unaligned<std::uint16_t> stored(all_halves(), ElementType::bfloat16);
  test::each_target([&] {
    const auto floats = stored.widened<float>(0, 65536);
    for (std::uint32_t bits = 0; bits <= 0xFFFF; ++bits) {
      REQUIRE(std::bit_cast<std::uint32_t>(floats[bits]) == bits << 16);
    }
  });
}

TEST_CASE("lines of a tensor come to lie one behind the other, whatever their length") {
  for (const ElementType type : test::all_types) {
    const test::StoredNumbers stored({40, 70}, type, 1);
    std::vector<float> all(40 * 70);
    kernel::widen(stored.view(), 0, std::span(all));
    test::each_target([&] {
      for (const std::size_t length : {1, 7, 8, 16, 37, 64}) {
        const kernel::Lines lines{73, 30, length, 70};
        std::vector<float> got(lines.count * length);
        kernel::widen(stored.view(), lines, std::span(got));
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < got.size(); ++i) {
          wrong += got[i] == all[lines.first + i / length * lines.stride + i % length] ? 0 : 1;
        }
        CAPTURE(length);
        CHECK(wrong == 0);
      }
    });
  }
}

TEST_CASE("every float16 and bfloat16 is itself as a weight of a Linear, on every instruction set") {
  for (const ElementType type : {ElementType::float16, ElementType::bfloat16}) {
    for (const std::size_t in : {1, 67}) {
      CAPTURE(in);
      std::vector<std::uint16_t> halves = all_halves();
      const auto exponents = static_cast<std::uint16_t>(type == ElementType::float16 ? 0x7C00 : 0x7F80);
      // Beside others, what is not finite would make NaN of them.
      for (auto& half : halves) half = in > 1 && (half & exponents) == exponents ? 0 : half;
      halves.resize(halves.size() / in * in);
      const Unaligned<std::uint16_t> stored(halves, type);
      const std::vector<float> want = stored.widened<float>(0, halves.size());
      const Linear linear{{{halves.size() / in, in}, type, stored.view().data}, {}};
      std::vector<float> identity(in * in);
      for (std::size_t i = 0; i < in; ++i) identity[i * in + i] = 1;
      const kernel::Blocks x = test::blocks_of(identity, in);
      const kernel::Blocks* sequences[] = {&x};
      test::each_target([&] {
        const auto got = test::rows_of(kernel::linear({sequences, linear}, 1).front());  // [in][out]
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < want.size(); ++i) {
          const float value = got[i % in * (want.size() / in) + i / in];
          wrong += value == want[i] || (std::isnan(value) && std::isnan(want[i])) ? 0 : 1;
        }
        CHECK(wrong == 0);
      });
    }
  }
}

TEST_CASE("float64 is rounded to floats and kept as doubles, float32 stays as it is") {
  const Unaligned<double> wide({0.1, 1e300, -1e-320, 3.0}, ElementType::float64);
  CHECK_FALSE(wide.view().is_floats());
  CHECK(wide.widened<float>(0, 2) == std::vector<float>{0.1F, std::numeric_limits<float>::infinity()});
  CHECK(wide.widened<double>(1, 3) == std::vector<double>{1e300, -1e-320, 3.0});
  const Unaligned<float> narrow({1.5F, -2.0F, 1e-40F}, ElementType::float32);
  CHECK_FALSE(narrow.view().is_floats());
  CHECK(narrow.widened<float>(1, 2) == std::vector<float>{-2.0F, 1e-40F});
}
