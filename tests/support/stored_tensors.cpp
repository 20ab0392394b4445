#include "support/stored_tensors.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/json.h"

namespace mha::test {
namespace {

std::size_t element_size(const StoredTensor& tensor) { return tensor.dtype == "F64" ? 8 : 4; }

template <class Number>
void copy_numbers(const std::string& bytes, std::vector<double>& out) {
  std::vector<Number> values(bytes.size() / sizeof(Number));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(Number));
  out.assign(values.begin(), values.end());
}

}  // namespace

std::map<std::string, StoredTensor> safetensors(const std::string& file) {
  std::uint64_t size = 0;
  REQUIRE(file.size() > sizeof(size));
  std::memcpy(&size, file.data(), sizeof(size));
  REQUIRE(size <= file.size() - sizeof(size));
  CHECK(size % 8 == 0);
  const std::string header = file.substr(sizeof(size), size), data = file.substr(sizeof(size) + size);
  CHECK(header.front() == '{');
  const JsonDocument json(header, "header");
  std::map<std::string, StoredTensor> tensors;
  std::int64_t end = 0;
  json.root().each_member([&](std::string_view name, JsonValue value) {
    if (name == "__metadata__") return;
    const std::vector<JsonValue> offsets = value.find("data_offsets")->items();
    const std::int64_t from = *offsets[0].integer(), to = *offsets[1].integer();
    CHECK(from == end);
    end = to;
    StoredTensor tensor{std::string(*value.find("dtype")->string()), {}, data.substr(from, to - from)};
    for (JsonValue dimension : value.find("shape")->items()) tensor.shape.push_back(*dimension.natural());
    CHECK(tensor.bytes.size() == element_count(tensor.shape) * element_size(tensor));
    tensors[std::string(name)] = tensor;
  });
  CHECK(static_cast<std::size_t>(end) == data.size());
  return tensors;
}

std::vector<double> numbers(const StoredTensor& tensor) {
  std::vector<double> values;
  if (tensor.dtype == "F64") {
    copy_numbers<double>(tensor.bytes, values);
  } else {
    REQUIRE(tensor.dtype == "F32");
    copy_numbers<float>(tensor.bytes, values);
  }
  return values;
}

}  // namespace mha::test
