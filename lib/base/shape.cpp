#include "base/shape.h"

#include <fmt/ranges.h>

#include "base/error.h"

namespace mha {

std::string to_string(const Shape& shape) {
  return shape.empty() ? "scalar" : fmt::format("{}", fmt::join(shape, "x"));
}

std::string position_text(std::size_t index, const Shape& shape) {
  Shape place(shape.size());
  for (std::size_t i = shape.size(); i-- > 0;) {
    place[i] = index % shape[i];
    index /= shape[i];
  }
  return fmt::format("[{}]", fmt::join(place, ", "));
}

std::size_t checked_product(std::size_t a, std::size_t b, const char* what) {
  std::size_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) {
    fail(Status::limit, "{}: {} x {} is more than a 64-bit size can count; give smaller sizes", what, a, b);
  }
  return product;
}

std::size_t element_count(const Shape& shape) {
  std::size_t count = 1;
  for (std::size_t dimension : shape) count = checked_product(count, dimension, "number of elements");
  return count;
}

}  // namespace mha
