// A tensor: a shape and its numbers, row-major.
#pragma once

#include <cstddef>
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

/// Borrows float32 numbers that live in their source (a generator's buffer, a mapped file).
struct TensorView {
  Shape shape;
  std::span<const float> values;
};

}  // namespace mha
