// Numbers made by whole-number arithmetic alone, so that they are the same with every machine and library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <span>
#include <utility>
#include <vector>

#include "base/tensor.h"

namespace mha::test {

/// Multiples of 2^-22 in [-2, 2).
inline std::vector<float> exact_numbers(std::size_t count, unsigned seed) {
  std::mt19937 engine(seed);
  std::vector<float> values(count);
  for (float& value : values) {
    value = static_cast<float>(static_cast<std::int32_t>(engine() >> 8) - (1 << 23)) * 0x1p-22F;
  }
  return values;
}

/// A weight or a bias of any type, of numbers that fill its digits, at an odd address as in a file.
class StoredNumbers {
 public:
  StoredNumbers(Shape shape, ElementType type, unsigned seed)
      : bytes_(element_count(shape) * bytes_of(type) + 1), view_(std::move(shape), type, bytes_.data() + 1) {
    std::mt19937_64 engine(seed);
    for (std::size_t at = 1; at < bytes_.size(); at += bytes_of(type)) store(type, engine(), &bytes_[at]);
  }
  StoredNumbers(const StoredNumbers&) = delete;

  const TensorView& view() const { return view_; }

 private:
  /// 64 random bits as a number in (-1, 1), now and then a denormal of its type.
  static void store(ElementType type, std::uint64_t bits, std::byte* place) {
    const bool tiny = bits >> 56 == 0;
    const auto sign = static_cast<std::uint16_t>(bits & 0x8000);
    const auto step = static_cast<std::uint16_t>(bits >> 16 & 7);
    const double wide = static_cast<double>(static_cast<std::int64_t>(bits) >> 11) * 0x1p-52;
    const float narrow =
        static_cast<float>(static_cast<std::int64_t>(bits) >> 40) * (tiny ? 0x1p-149F : 0x1p-23F);
    const auto half = static_cast<std::uint16_t>(sign | (tiny ? 0 : 7 + step) << 10 | (bits & 0x3FF));
    const auto brain = static_cast<std::uint16_t>(sign | (tiny ? 0 : 119 + step) << 7 | (bits & 0x7F));
    if (type == ElementType::float64) std::memcpy(place, &wide, sizeof(wide));
    if (type == ElementType::float32) std::memcpy(place, &narrow, sizeof(narrow));
    if (type == ElementType::float16) std::memcpy(place, &half, sizeof(half));
    if (type == ElementType::bfloat16) std::memcpy(place, &brain, sizeof(brain));
  }

  std::vector<std::byte> bytes_;
  TensorView view_;
};

inline constexpr ElementType all_types[] = {ElementType::float32, ElementType::float64, ElementType::float16,
                                            ElementType::bfloat16};

}  // namespace mha::test
