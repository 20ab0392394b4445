// A checkpoint of several safetensors files, and the index that says which tensor is in which.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "checkpoint/safetensors.h"
#include "checkpoint/tensor_store.h"

namespace mha {

/// Opens a file only when the first tensor in it is asked for. Not to be asked by two threads at once.
class ShardedFiles : public TensorStore {
 public:
  /// Reads `path`, a model.safetensors.index.json whose weight_map gives each tensor the name of a file
  /// beside it. Throws Error: io for an index that cannot be read; data for one that is not sound, names a
  /// file anywhere else, or names files that are not there.
  explicit ShardedFiles(const std::string& path);

  const std::string& source() const override { return source_; }
  std::vector<std::string_view> names() const override;
  bool contains(std::string_view name) const override { return entry_of(name) != nullptr; }
  FoundTensor find(std::string_view name) const override;
  void let_go(std::string_view name) const override { open(entry_of(name)->shard).let_go(name); }

 private:
  struct Shard {
    std::string_view name;
    std::unique_ptr<SafetensorsFile> file;  ///< once it was needed
  };
  struct Entry {
    std::string_view tensor, shard;
  };

  void read_entries();
  void list_shards();
  const Entry* entry_of(std::string_view name) const;
  const SafetensorsFile& open(std::string_view shard) const;

  std::string source_;                 ///< the path, fit to be shown
  std::string folder_;                 ///< what stands before the names of the shards
  JsonDocument index_;                 ///< owns the names
  std::vector<Entry> entries_;         ///< in the order of the tensors' names
  mutable std::vector<Shard> shards_;  ///< in the order of their names
};

}  // namespace mha
