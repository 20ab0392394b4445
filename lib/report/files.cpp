#include "report/files.h"

#include <bit>

namespace mha {

static_assert(std::endian::native == std::endian::little, "file formats are little-endian");

NamedArray array_of(const TensorKey& key, const Tensor& tensor) {
  NamedArray array{key, tensor.shape, {}};
  std::visit([&](const auto& values) { array.values = values.span(); }, tensor.values);
  return array;
}

std::span<const std::byte> bytes_of(const NamedArray& array) {
  return std::visit([](auto values) { return std::as_bytes(values); }, array.values);
}

}  // namespace mha
