// Weights from the files of a Hugging Face repository, under the names that a model gives them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checkpoint/tensor_source.h"
#include "checkpoint/tensor_store.h"

namespace mha {

/// A store asked by the names of a bare model ("encoder.layer.0.attention.self.query.weight"). The files may
/// put a prefix before them, as a checkpoint with a task's head does ("bert."), and may have the old names of
/// norms (LayerNorm.gamma and beta for weight and bias); what Transformers finds is found. The memory of what
/// get() gives is the file's: only what is read of it is brought from the disk.
class Checkpoint : public TensorSource {
 public:
  /// `prefixes`: what may stand before a name, apart from nothing.
  Checkpoint(std::unique_ptr<TensorStore> store, std::vector<std::string> prefixes);

  TensorView get(std::string_view name, const Shape& expected) const override;
  Tensor get_rows(std::string_view name, const Shape& expected,
                  std::span<const std::uint32_t> rows) const override;
  void let_go(std::string_view name) const override;
  std::optional<std::string> stored_name(std::string_view name) const override;
  std::vector<std::string_view> names() const override { return store_->names(); }

  /// The files.
  const TensorStore& store() const { return *store_; }

  /// All names in the files that stand for the tensor, the one of stored_name() first: get() refuses several.
  std::vector<std::string> stored_names(std::string_view name) const;

 private:
  [[noreturn]] void fail_missing(std::string_view name) const;

  std::unique_ptr<TensorStore> store_;
  std::vector<std::string> prefixes_;  ///< the empty one first
};

/// Opens a safetensors file, or the files of an index, which ends in ".index.json". Throws as SafetensorsFile
/// and ShardedFiles do.
std::unique_ptr<Checkpoint> open_checkpoint(const std::string& path, std::vector<std::string> prefixes);

}  // namespace mha
