// Attention of one head for one block of queries: what a thread takes at a time.
#pragma once

#include <cstddef>

#include "attention/attention.h"

namespace mha {

/// Names the block: queries of block `block` of head `head`. Its query, key and value are read from `result`,
/// which holds them for the heads from those of `first_kv_head` on; its rows of x are written there, if there
/// is an x.
struct HeadBlock {
  const AttentionShape& shape;
  const AttentionOptions& options;
  AttentionResult& result;
  std::size_t head, block;
  std::size_t first_kv_head = 0;
};

/// Computes it, and writes scores and weights where they are wanted. `scratch` has room for [keys][max_width]
/// numbers.
void attend_block(const HeadBlock& place, float* scratch);

}  // namespace mha
