// A tensor: a shape and its numbers, row-major.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <variant>

#include "base/buffer.h"
#include "base/shape.h"

namespace mha {

/// Owns its numbers, float32 or float64.
struct Tensor {
  Shape shape;
  std::variant<Buffer<float>, Buffer<double>> values;

  template <class T>
  static Tensor zeros(Shape shape) {
    const std::size_t count = element_count(shape);
    return {std::move(shape), Buffer<T>::zeros(count)};
  }

  template <class T>
  std::span<T> as() {
    return std::get<Buffer<T>>(values).span();
  }
  template <class T>
  std::span<const T> as() const {
    return std::get<Buffer<T>>(values).span();
  }
};

/// What numbers are stored as. All but float64 fit into a float32 without rounding.
enum class ElementType { float32, float64, float16, bfloat16 };

constexpr std::size_t bytes_of(ElementType type) {
  return type == ElementType::float64 ? 8 : type == ElementType::float32 ? 4 : 2;
}

/// Borrows numbers that live in their source (a generator's buffer, a mapped file), as they lie there: of any
/// type, little-endian, at any alignment. kernel/widen.h makes floats of them.
struct TensorView {
  Shape shape;
  ElementType type = ElementType::float32;
  const std::byte* data = nullptr;

  TensorView() = default;
  TensorView(Shape of, ElementType stored_as, const std::byte* at)
      : shape(std::move(of)), type(stored_as), data(at) {}
  TensorView(Shape of, std::span<const float> values)
      : shape(std::move(of)), data(std::as_bytes(values).data()) {
    assert(values.size() == element_count(shape));
  }

  /// True if the numbers can be used where they lie, as floats.
  bool is_floats() const {
    return type == ElementType::float32 && reinterpret_cast<std::uintptr_t>(data) % alignof(float) == 0;
  }
  /// The numbers; is_floats() holds.
  std::span<const float> floats() const {
    assert(is_floats());
    return {reinterpret_cast<const float*>(data), element_count(shape)};
  }
};

}  // namespace mha
