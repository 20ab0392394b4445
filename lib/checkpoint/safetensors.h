// One safetensors file, mapped into memory.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/mapped_file.h"
#include "checkpoint/safetensors_header.h"
#include "checkpoint/tensor_store.h"

namespace mha {

class SafetensorsFile : public TensorStore {
 public:
  /// Checks the whole header, touching nothing else. Throws Error: io for what cannot be read, data for what
  /// is not a sound safetensors file.
  explicit SafetensorsFile(const std::string& path);

  const std::string& source() const override { return source_; }
  std::vector<std::string_view> names() const override;
  bool contains(std::string_view name) const override { return header_.find(name) != nullptr; }
  FoundTensor find(std::string_view name) const override;
  void let_go(std::string_view name) const override;

 private:
  std::string source_;  ///< the path, fit to be shown
  MappedFile file_;
  SafetensorsHeader header_;
};

}  // namespace mha
