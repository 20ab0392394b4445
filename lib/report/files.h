// The formats that tensors are saved in: the catalogue of --save.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/output.h"
#include "base/tensor.h"

namespace mha {

/// A named tensor to be written; borrowed, row-major.
struct NamedArray {
  std::string name;
  Shape shape;
  std::variant<std::span<const float>, std::span<const double>> values;
};

void write_npy(std::span<const NamedArray> arrays, OutputFile& file);
void write_safetensors(std::span<const NamedArray> arrays, OutputFile& file);

struct FileFormat {
  std::string_view extension;
  std::string_view summary;
  bool holds_many;  ///< more than one tensor
  void (*write)(std::span<const NamedArray>, OutputFile&);
};

inline constexpr FileFormat file_formats[] = {
    {".npy", "one tensor, for numpy.load", false, write_npy},
    {".safetensors", "any number of tensors by name, for safetensors.numpy.load_file", true,
     write_safetensors},
};

/// The bytes of an array as they are written: little-endian, as every machine this builds for keeps them.
std::span<const std::byte> bytes_of(const NamedArray& array);

}  // namespace mha
