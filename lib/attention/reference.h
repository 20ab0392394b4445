// Multi-head attention in float64 on Eigen: the definition that the fast path is tested against (--dtype
// float64).
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <vector>

#include "attention/layer.h"
#include "attention/mask.h"

namespace mha::reference {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// softmax(query key^T / sqrt(head_dim)) value of one head (Vaswani et al. 2017, equation 1), with what leads
/// to it.
struct Head {
  Matrix scores;   ///< [T, S], -inf where masked
  Matrix weights;  ///< [T, S]
  Matrix values;   ///< [T, head_dim]: weights times value
};

/// query [T, head_dim], key and value [S, head_dim]; `head` is the head's number in the mask.
Head scaled_dot_product_attention(const Matrix& query, const Matrix& key, const Matrix& value,
                                  const Mask& mask, std::size_t head, MaskedRows masked_rows);

/// x W^T + b: [tokens, in] to [tokens, out], weights widened from float32.
Matrix project(const Matrix& x, const Linear& linear);

/// A layer's tensors: query, x [T, num_heads * head_dim], key and value [S, num_kv_heads * head_dim],
/// output [T, embed_dim], and scores and weights [T, S] for each head.
struct Result {
  Matrix query, key, value;
  std::vector<Matrix> scores, weights;
  Matrix x, output;
};

/// Multi-head attention (Vaswani et al. 2017, section 3.2.2): inputs are [tokens, embed_dim].
Result attend(const AttentionShape& shape, const AttentionWeights& weights, const Matrix& query_input,
              const Matrix& key_input, const Matrix& value_input, const Mask& mask, MaskedRows masked_rows);

/// Writes columns [first, first + count) of every row to out[row * row_stride + column - first].
void to_rows(const Matrix& matrix, std::size_t first, std::size_t count, double* out, std::size_t row_stride);

}  // namespace mha::reference
