// One layer of multi-head attention: its sizes, its weights, and what it does besides.
#pragma once

#include <cstddef>
#include <optional>

#include "attention/rotary.h"
#include "kernel/linear.h"
#include "kernel/norm.h"

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

/// Norms of query and key behind their projection, before rotation: of each head over its head_dim (weight
/// [head_dim]; Qwen3, Gemma3), or of all heads as one vector (weights [num_heads * head_dim] and
/// [num_kv_heads * head_dim]; OLMo2), which then have to be projected before any can be attended to.
struct HeadNorms {
  Norm query, key;
  bool per_head;
};

/// query [num_heads * head_dim, embed_dim], key and value [num_kv_heads * head_dim, embed_dim],
/// output [embed_dim, num_heads * head_dim]; heads lie one after the other in the rows. Those of later stages
/// than the one computed may be empty.
struct AttentionWeights {
  Linear query, key, value, output;
  std::optional<HeadNorms> norms = std::nullopt;
};

/// What is done besides softmax(query key^T / sqrt(head_dim)) value. Order of operations as Transformers'
/// eager code: norms of query and key, rotation, product, scale, bias, softcap, mask, softmax.
struct AttentionRules {
  std::optional<double> scale = std::nullopt;    ///< of products; nothing: 1 / sqrt(head_dim)
  std::optional<double> softcap = std::nullopt;  ///< scores become softcap * tanh(score / softcap)
  /// Turns query and key, whose tokens count from position 0 on; null for none. It has a position for each.
  const RotaryTable* rotary = nullptr;
};

}  // namespace mha
