// Files of tensors, read back as they lie.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/tensor.h"

namespace mha {

/// A tensor of a file. Valid as long as the file.
struct FileTensor {
  std::string name;  ///< of a .npz as numpy.load has it; empty for the array of a .npy, which has none
  std::string type;  ///< as the file calls it: "F32", "<f4"
  Shape shape;
  std::optional<ElementType> element;  ///< none for types that are not computed with
  std::span<const std::byte> bytes;

  /// Its numbers, of a type that there is an ElementType for.
  TensorView view() const { return {shape, *element, bytes.data()}; }
};

/// A .npy, .npz or .safetensors file. Tensors are looked at where they lie in the mapped file; a .npy of
/// other numbers than little-endian floats in C order is converted to float64, and what is deflated is
/// inflated.
class TensorFile {
 public:
  /// Opens it and checks its header. Throws Error: usage for an extension that is not read, io for what
  /// cannot be read, data for what is not such a file, limit for what is inflated to more than the memory
  /// there is.
  explicit TensorFile(const std::string& path);

  /// All tensors, sorted by name.
  const std::vector<FileTensor>& tensors() const { return tensors_; }

 private:
  std::shared_ptr<const void> bytes_;  ///< what the tensors point into
  std::vector<FileTensor> tensors_;
};

}  // namespace mha
