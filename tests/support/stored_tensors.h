// Takes .safetensors files apart by their specification, without the code that writes or maps them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/shape.h"

namespace mha::test {

/// A tensor as it lies in a file.
struct StoredTensor {
  std::string dtype;  ///< "F32", "F64"
  Shape shape;
  std::string bytes;
};

/// The tensors of a file of F32 and F64: length, header, data without holes, all of it checked.
std::map<std::string, StoredTensor> safetensors(const std::string& file);

/// The numbers of an F32 or F64 tensor, row-major.
std::vector<double> numbers(const StoredTensor& tensor);

}  // namespace mha::test
