// One layer of multi-head attention: its sizes and its weights.
#pragma once

#include <cstddef>

#include "kernel/linear.h"

namespace mha {

/// Sizes of a layer; num_heads is a multiple of num_kv_heads (grouped-query attention, Ainslie et al. 2023:
/// query head h uses key-value head h / (num_heads / num_kv_heads)).
struct AttentionShape {
  std::size_t embed_dim, num_heads, num_kv_heads, head_dim;

  std::size_t query_features() const { return num_heads * head_dim; }
  std::size_t key_features() const { return num_kv_heads * head_dim; }
  std::size_t heads_per_kv() const { return num_heads / num_kv_heads; }
  std::size_t kv_head(std::size_t head) const { return head / heads_per_kv(); }
};

/// How far a layer is computed: each stage needs those before it.
enum class AttentionStage {
  weights,  ///< query, key, scores, weights
  heads,    ///< value, heads, x
  output
};

/// query [num_heads * head_dim, embed_dim], key and value [num_kv_heads * head_dim, embed_dim],
/// output [embed_dim, num_heads * head_dim]; heads lie one after the other in the rows. Those of later stages
/// than the one computed may be empty.
struct AttentionWeights {
  Linear query, key, value, output;
};

}  // namespace mha
