// Multi-head attention in float64 on Eigen: the definition that the fast path is tested against (--dtype
// float64).
#pragma once

#include <cstddef>
#include <vector>

#include "attention/disentangled.h"
#include "attention/layer.h"
#include "attention/mask.h"
#include "attention/position.h"
#include "kernel/reference.h"

namespace mha::reference {

/// What the layer is computed under.
struct Options {
  const Mask& mask;
  MaskedRows masked_rows = MaskedRows::zero;
  AttentionRules rules = {};
  const ScoreBias<double>* bias = nullptr;             ///< added to scaled scores
  const Disentangled<Matrix>* disentangled = nullptr;  ///< as AttentionOptions
  AttentionStage stage = AttentionStage::output;
};

/// softmax(query key^T / sqrt(head_dim) + bias) value of one head (Vaswani et al. 2017, equation 1) under the
/// rules, with what leads to it.
struct Head {
  Matrix scores;   ///< [T, S], -inf where masked
  Matrix weights;  ///< [T, S]
  Matrix values;   ///< [T, head_dim]: weights times value
};

/// query [T, head_dim], key and value [S, head_dim]; `head` is the head's number in mask, bias and positions.
/// Without values where value has no rows.
Head scaled_dot_product_attention(const Matrix& query, const Matrix& key, const Matrix& value,
                                  std::size_t head, const Options& options);

/// Turns the heads side by side in each row, a token at its position, as kernel::rotate.
void rotate(const RotaryTable& table, std::size_t head_dim, Matrix& heads);

/// A layer's tensors: query, x [T, num_heads * head_dim], key and value [S, num_kv_heads * head_dim],
/// output [T, embed_dim], and scores and weights [T, S] for each head. Empty beyond the stage asked for.
struct Result {
  Matrix query, key, value;
  std::vector<Matrix> scores, weights;
  Matrix x, output;
};

/// Multi-head attention (Vaswani et al. 2017, section 3.2.2): inputs are [tokens, embed_dim].
Result attend(const AttentionShape& shape, const AttentionWeights& weights, const Matrix& query_input,
              const Matrix& key_input, const Matrix& value_input, const Options& options);

/// The same from `projected`, which holds query, key and, for all but weights, value: up to x. Norms and
/// rotation are behind them.
Result attend_projected(const AttentionShape& shape, Result projected, const Options& options);

}  // namespace mha::reference
