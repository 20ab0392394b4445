// Multi-head attention in float32, tokens in the lanes: the fast path.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "attention/disentangled.h"
#include "attention/layer.h"
#include "attention/mask.h"
#include "attention/position.h"
#include "kernel/blocks.h"

namespace mha {

/// Where scores or weights [heads, queries, keys] are written if they are wanted, inside a larger tensor.
/// Number is float or double.
template <class Number>
struct ScoreTarget {
  Number* data;
  std::size_t head_stride, row_stride;
  std::span<const std::size_t> heads = {};  ///< those that are written, in their order; empty for all

  /// The first row of a head, or null if it is not wanted.
  Number* rows_of(std::size_t head) const {
    if (heads.empty()) return data + head * head_stride;
    const auto place = std::find(heads.begin(), heads.end(), head);
    if (place == heads.end()) return nullptr;
    return data + static_cast<std::size_t>(place - heads.begin()) * head_stride;
  }
};

/// What goes into a layer: query [T, embed_dim], key and value [S, embed_dim], all three possibly the same
/// blocks.
struct AttentionInput {
  const kernel::Blocks& query;
  const kernel::Blocks& key;
  const kernel::Blocks& value;
};

struct AttentionOptions {
  const Mask& mask;
  MaskedRows masked_rows = MaskedRows::zero;
  AttentionRules rules = {};
  const ScoreBias<float>* bias = nullptr;  ///< added to scaled scores
  /// Scores are then sums of products with positions too, divided by sqrt(head_dim * kinds) in place of the
  /// rules' scale, without a bias.
  const Disentangled<kernel::Blocks>* disentangled = nullptr;
  std::optional<ScoreTarget<float>> scores =
      std::nullopt;  ///< written when set; must not change any other number
  std::optional<ScoreTarget<float>> weights = std::nullopt;  ///< likewise

  bool writes_scores(std::size_t head) const { return scores && scores->rows_of(head) != nullptr; }
  bool writes_weights(std::size_t head) const { return weights && weights->rows_of(head) != nullptr; }
};

/// The work on one sequence.
struct AttentionTask {
  AttentionInput input;
  AttentionOptions options;
};

/// How far a layer is computed, and how much of it is held on the way.
struct AttentionExtent {
  AttentionStage stage = AttentionStage::output;
  /// Key-value heads that are projected and attended to at a time, with the query heads that use them; query,
  /// key and value are then dropped. Nothing: all at once, and they are kept. With a norm over all heads
  /// these are projected at once in any case.
  std::optional<std::size_t> kv_heads_at_once = std::nullopt;
};

/// What comes out, per sequence; empty beyond the stage that was asked for, and where it was not to be kept.
struct AttentionResult {
  kernel::Blocks query;   ///< [T, num_heads * head_dim] after projection, norm and rotation
  kernel::Blocks key;     ///< [S, num_kv_heads * head_dim]
  kernel::Blocks value;   ///< [S, num_kv_heads * head_dim]
  kernel::Blocks x;       ///< [T, num_heads * head_dim]: the heads side by side
  kernel::Blocks output;  ///< [T, embed_dim]
};

/// softmax(Q K^T / sqrt(head_dim) + bias) V for each head, heads side by side, output projection (Vaswani et
/// al. 2017, section 3.2), for each of the sequences on its own, under its rules, as far as `extent` says.
/// Order of operations as Transformers' eager_attention_forward: product, scale, bias, softcap, mask,
/// softmax, product. Projections take all sequences at once, so that these share a pass over the weights. The
/// bits of a sequence do not depend on the others, on threads, on what is wanted or held, or on the
/// instruction set among those with FMA.
std::vector<AttentionResult> attend(const AttentionShape& shape, const AttentionWeights& weights,
                                    std::span<const AttentionTask> tasks, const AttentionExtent& extent,
                                    std::size_t threads);

/// Heads of one sequence that are projected already, and what they are attended under: query [T, num_heads *
/// head_dim], key and value [S, num_kv_heads * head_dim], heads side by side, normed and rotated as they are
/// to be: the rules' rotation is not applied. value may be empty where no more than weights are made.
struct ProjectedTask {
  kernel::Blocks query, key, value;
  AttentionOptions options;
};

/// The same without projections, up to x; the bits are those of `attend` where its projections are the same.
/// What was given is kept in the result. shape.embed_dim and AttentionStage::output have no meaning here.
std::vector<AttentionResult> attend_projected(const AttentionShape& shape, std::vector<ProjectedTask> tasks,
                                              AttentionStage stage, std::size_t threads);

}  // namespace mha
