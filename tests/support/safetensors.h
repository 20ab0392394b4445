// Makes safetensors files by hand, also such as no program should.
#pragma once

#include <fmt/ranges.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/shape.h"

namespace mha::test {

/// The length of the header as the file begins with it.
inline std::string length_prefix(std::uint64_t length) {
  std::string bytes(sizeof(length), '\0');
  std::memcpy(bytes.data(), &length, sizeof(length));
  return bytes;
}

/// A file of this header, as it is, and data.
inline std::string raw_safetensors(std::string_view header, std::string_view data = {}) {
  return length_prefix(header.size()).append(header).append(data);
}

struct TensorToStore {
  std::string name, dtype;
  Shape shape;
  std::string bytes;
};

/// A sound file of these tensors in this order; the header is padded by `padding` spaces.
inline std::string safetensors(const std::vector<TensorToStore>& tensors, std::size_t padding = 0) {
  std::string header = R"({"__metadata__":{"format":"pt"})", data;
  for (const TensorToStore& tensor : tensors) {
    const std::size_t end = data.size() + tensor.bytes.size();
    header +=
        fmt::format(R"(,{}:{{"dtype":"{}","shape":[{}],"data_offsets":[{},{}]}})", json_quote(tensor.name),
                    tensor.dtype, fmt::join(tensor.shape, ","), data.size(), end);
    data += tensor.bytes;
  }
  return raw_safetensors(header + '}' + std::string(padding, ' '), data);
}

}  // namespace mha::test
