// What the parts of attention have in common, within this folder.
#pragma once

#include <cstddef>
#include <vector>

#include "attention/attention.h"

namespace mha {

/// Key-value heads [first, first + count), and the query heads that use them.
struct KvHeads {
  std::size_t first, count;
};

/// What is the same for all heads.
struct Job {
  const AttentionShape& shape;
  std::vector<const AttentionOptions*> options;  ///< of each sequence
  AttentionStage stage;
  std::size_t threads;
};

}  // namespace mha
