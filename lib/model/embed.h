// Token embeddings: the rows that the inputs use, and no others.
#pragma once

#include <cstdint>
#include <vector>

#include "base/tensor.h"
#include "model/inputs.h"
#include "model/model.h"

namespace mha {

/// Embedding rows of the ids in use; a sequence looks its tokens up in it.
class Embeddings {
 public:
  Embeddings(std::vector<std::uint32_t> ids, Tensor rows) : ids_(std::move(ids)), rows_(std::move(rows)) {}

  /// The rows of a sequence's tokens, in order: pointers to [embed_dim] numbers each.
  std::vector<const float*> rows_of(const Sequence& sequence) const;

  std::size_t embed_dim() const { return rows_.shape[1]; }

 private:
  std::vector<std::uint32_t> ids_;  ///< ascending
  Tensor rows_;                     ///< [ids, embed_dim]
};

/// Fetches the row of every id that occurs in the inputs, once.
Embeddings embed(const Model& model, const Inputs& inputs);

}  // namespace mha
