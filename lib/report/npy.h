// Reading NumPy's .npy files.
#pragma once

#include <string>
#include <string_view>

#include "base/tensor.h"

namespace mha {

/// The array of a .npy file (numpy/lib/_format_impl.py, versions 1 to 3) as float64: bool, integers of 1 to 8
/// bytes, float16, float32 and float64 in either byte order, C or Fortran order. Integers beyond 2^53 lose
/// their last digits. Throws Error: io if it cannot be read, data naming what is wrong with it (objects are
/// refused: they are programs), limit above 4 GiB.
Tensor read_npy(const std::string& path);

/// The same of the bytes of such a file; `source` names it in errors.
Tensor parse_npy(std::string_view file, std::string_view source);

}  // namespace mha
