// Files of tensors, read back as they lie.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/tensor.h"

namespace mha {

/// A tensor of a file. Valid as long as the file.
struct FileTensor {
  std::string name;        ///< empty for the array of a .npy, which has none
  std::string type;        ///< as the file calls it: "F32", "<f4"
  TensorView view;         ///< the shape, and the numbers if they are floats
  bool is_numbers = true;  ///< false for types that are not computed with: only their bytes are known
  std::span<const std::byte> bytes = {};  ///< of these types
};

/// A .npy or .safetensors file. Tensors are looked at where they lie in the mapped file; a .npy of other
/// numbers than little-endian floats in C order is converted to float64.
class TensorFile {
 public:
  /// Opens it and checks its header. Throws Error: usage for an extension that is not read, io for what
  /// cannot be read, data for what is not such a file.
  explicit TensorFile(const std::string& path);
  TensorFile(TensorFile&&) noexcept;
  ~TensorFile();

  /// All tensors, sorted by name.
  const std::vector<FileTensor>& tensors() const { return tensors_; }

 private:
  struct Holder;  ///< of what the views point into

  std::unique_ptr<Holder> holder_;
  std::vector<FileTensor> tensors_;
};

}  // namespace mha
