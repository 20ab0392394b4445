// The header of a safetensors file: it is refused with an error of data, or everything it says holds.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "checkpoint/safetensors_header.h"
#include "fuzz/require.h"

namespace mha::fuzz {
namespace {

void check_tensor(const SafetensorsHeader& header, const StoredTensor& tensor, std::size_t file_size) {
  require(header.find(tensor.name) == &tensor, "a tensor is found by its name");
  require(tensor.begin <= tensor.end && tensor.end <= file_size - header.data_begin(),
          "a tensor lies inside the file");
  std::size_t bits = tensor.type->bits;
  for (const std::size_t dimension : tensor.shape) bits *= dimension;
  require(bits == 8 * (tensor.end - tensor.begin), "a tensor has the bytes of its shape");
}

void check_file(std::span<const std::byte> file) try {
  const SafetensorsHeader header(file, "fuzz");
  require(header.data_begin() <= file.size(), "the header lies inside the file");
  std::size_t bytes = 0;
  for (const StoredTensor& tensor : header.tensors()) {
    check_tensor(header, tensor, file.size());
    bytes += tensor.end - tensor.begin;
  }
  require(bytes == file.size() - header.data_begin(), "the tensors fill the file");
} catch (const Error& error) {
  require(error.status() == Status::data, "what is refused is refused as data");
  require(std::string_view(error.what()).starts_with("fuzz: "), "the file is named");
}

/// A file whose length of the header is right: the first two bytes say how much data follows the rest.
std::string file_around(std::string_view input) {
  std::uint16_t data_size = 0;
  std::memcpy(&data_size, input.data(), sizeof(data_size));
  const std::string_view header = input.substr(sizeof(data_size));
  const std::uint64_t length = header.size();
  std::string file(sizeof(length), '\0');
  std::memcpy(file.data(), &length, sizeof(length));
  file += header;
  return file.append(data_size, 'x');
}

}  // namespace
}  // namespace mha::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  mha::fuzz::check_file(std::as_bytes(std::span(input)));
  if (size >= 2) {
    const std::string file = mha::fuzz::file_around(input);
    mha::fuzz::check_file(std::as_bytes(std::span(file)));
  }
  return 0;
}
