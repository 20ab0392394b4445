// The header of a .npy file (numpy/lib/_format_impl.py).
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/shape.h"

namespace mha {

/// What the header says.
struct NpyHeader {
  std::string type;  ///< byte order, kind and size: "<f4"
  bool fortran_order = false;
  Shape shape;
};

/// The header of a file of version 1 to 3, and the offset of the data behind it. `source` names the file in
/// errors. Throws Error(data) for what is no such file, is cut short, or describes a structured type.
std::pair<NpyHeader, std::size_t> read_npy_header(std::string_view file, std::string_view source);

/// Throws Error(data) unless `bytes` is what the numbers of such an array, `size` bytes each, take.
void check_npy_length(const NpyHeader& header, std::size_t size, std::size_t bytes, std::string_view source);

/// The bytes before the data, version 1; the data begins at a multiple of 64.
std::string npy_header(const NpyHeader& header);

}  // namespace mha
