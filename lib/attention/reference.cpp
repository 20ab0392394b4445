#include "attention/reference.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mha::reference {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

void apply(const Mask& mask, std::size_t head, Matrix& scores) {
  for (Eigen::Index q = 0; q < scores.rows(); ++q) {
    for (Eigen::Index k = 0; k < scores.cols(); ++k) {
      if (!mask.allows(head, static_cast<std::size_t>(q), static_cast<std::size_t>(k)))
        scores(q, k) = -infinity;
    }
  }
}

Eigen::RowVectorXd softmax(const Eigen::RowVectorXd& scores, MaskedRows masked_rows) {
  const double maximum = scores.maxCoeff();
  if (maximum == -infinity) {
    const auto keys = static_cast<double>(scores.size());
    const double each = masked_rows == MaskedRows::zero      ? 0.0
                        : masked_rows == MaskedRows::uniform ? 1.0 / keys
                                                             : std::numeric_limits<double>::quiet_NaN();
    return Eigen::RowVectorXd::Constant(scores.size(), each);
  }
  const Eigen::RowVectorXd exponentials = (scores.array() - maximum).exp();
  return exponentials / exponentials.sum();
}

}  // namespace

Head scaled_dot_product_attention(const Matrix& query, const Matrix& key, const Matrix& value,
                                  const Mask& mask, std::size_t head, MaskedRows masked_rows) {
  Head result;
  result.scores = query * key.transpose() / std::sqrt(static_cast<double>(query.cols()));
  apply(mask, head, result.scores);
  result.weights.resize(result.scores.rows(), result.scores.cols());
  for (Eigen::Index q = 0; q < result.scores.rows(); ++q) {
    result.weights.row(q) = softmax(result.scores.row(q), masked_rows);
  }
  result.values = result.weights * value;
  return result;
}

Matrix project(const Matrix& x, const Linear& linear) {
  using FloatMatrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto out = static_cast<Eigen::Index>(linear.out_features());
  const auto in = static_cast<Eigen::Index>(linear.in_features());
  const Matrix weight = Eigen::Map<const FloatMatrix>(linear.weight.floats().data(), out, in).cast<double>();
  const Eigen::RowVectorXd bias =
      Eigen::Map<const Eigen::RowVectorXf>(linear.bias.floats().data(), out).cast<double>();
  return (x * weight.transpose()).rowwise() + bias;
}

Result attend(const AttentionShape& shape, const AttentionWeights& weights, const Matrix& query_input,
              const Matrix& key_input, const Matrix& value_input, const Mask& mask, MaskedRows masked_rows) {
  Result result;
  result.query = project(query_input, weights.query);
  result.key = project(key_input, weights.key);
  result.value = project(value_input, weights.value);
  result.x.resize(result.query.rows(), result.query.cols());
  const auto head_dim = static_cast<Eigen::Index>(shape.head_dim);
  for (std::size_t h = 0; h < shape.num_heads; ++h) {
    const Eigen::Index column = static_cast<Eigen::Index>(h) * head_dim;
    const Eigen::Index kv_column = static_cast<Eigen::Index>(shape.kv_head(h)) * head_dim;
    Head head = scaled_dot_product_attention(
        result.query.middleCols(column, head_dim), result.key.middleCols(kv_column, head_dim),
        result.value.middleCols(kv_column, head_dim), mask, h, masked_rows);
    result.x.middleCols(column, head_dim) = head.values;
    result.scores.push_back(std::move(head.scores));
    result.weights.push_back(std::move(head.weights));
  }
  result.output = project(result.x, weights.output);
  return result;
}

void to_rows(const Matrix& matrix, std::size_t first, std::size_t count, double* out,
             std::size_t row_stride) {
  for (Eigen::Index row = 0; row < matrix.rows(); ++row) {
    const double* from = matrix.row(row).data() + first;
    std::copy_n(from, count, out + static_cast<std::size_t>(row) * row_stride);
  }
}

}  // namespace mha::reference
