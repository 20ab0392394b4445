// Named tensors as they lie in files: one safetensors file or the shards of an index.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "checkpoint/stored_tensor.h"

namespace mha {

/// A tensor and where it is. Valid as long as the store.
struct FoundTensor {
  const StoredTensor& tensor;
  const std::byte* data;
  const std::string& file;  ///< for messages
};

class TensorStore {
 public:
  virtual ~TensorStore() = default;

  /// The file that was opened, for messages.
  virtual const std::string& source() const = 0;

  /// All names, sorted. Valid as long as the store.
  virtual std::vector<std::string_view> names() const = 0;

  virtual bool contains(std::string_view name) const = 0;

  /// The tensor of a name that the store contains. Throws Error(data) if its file does not hold it.
  virtual FoundTensor find(std::string_view name) const = 0;

  /// Lets go of the memory that a tensor of the store was brought into.
  virtual void let_go(std::string_view name) const = 0;
};

}  // namespace mha
