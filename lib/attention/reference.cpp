#include "attention/reference.h"

#include <cmath>
#include <limits>
#include <utility>

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

void add(const ScoreBias<double>& bias, std::size_t head, Matrix& scores) {
  for (Eigen::Index q = 0; q < scores.rows(); ++q) {
    for (Eigen::Index k = 0; k < scores.cols(); ++k) {
      scores(q, k) += bias.at(head, static_cast<std::size_t>(q), static_cast<std::size_t>(k));
    }
  }
}

/// One head's query, key and their products.
struct Products {
  const Matrix &query, &key, &scores;
};

/// (q_i k_j + q_i pk_d + k_j pq_d) / sqrt(head_dim * kinds) for the relative position d of i - j (He et al.
/// 2021, equation 4).
Matrix with_positions(const Disentangled<Matrix>& disentangled, std::size_t head, const Products& products) {
  const Eigen::Index dim = products.query.cols(), column = static_cast<Eigen::Index>(head) * dim;
  Matrix sums = products.scores;
  for (Eigen::Index q = 0; q < sums.rows(); ++q) {
    for (Eigen::Index k = 0; k < sums.cols(); ++k) {
      const auto position = static_cast<Eigen::Index>(disentangled.rule.position(q - k));
      const auto product = [&](const Matrix& tokens, Eigen::Index row, const Matrix* positions) {
        if (positions == nullptr) return 0.0;
        return tokens.row(row).dot(positions->row(position).segment(column, dim));
      };
      sums(q, k) += product(products.query, q, disentangled.position_key) +
                    product(products.key, k, disentangled.position_query);
    }
  }
  const auto divisor = disentangled_divisor(static_cast<std::size_t>(dim), disentangled.kinds());
  return sums / static_cast<double>(divisor);
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
  // Eigen's own exp gives the smallest number in place of 0 where a score is -inf.
  const Eigen::RowVectorXd exponentials =
      scores.unaryExpr([&](double score) { return std::exp(score - maximum); });
  return exponentials / exponentials.sum();
}

}  // namespace

Head scaled_dot_product_attention(const Matrix& query, const Matrix& key, const Matrix& value,
                                  std::size_t head, const Options& options) {
  Head result;
  const AttentionRules& rules = options.rules;
  result.scores = query * key.transpose();
  if (options.disentangled != nullptr) {
    result.scores = with_positions(*options.disentangled, head, {query, key, result.scores});
  } else if (rules.scale) {
    result.scores *= *rules.scale;
  } else {
    result.scores /= std::sqrt(static_cast<double>(query.cols()));
  }
  if (options.bias != nullptr) add(*options.bias, head, result.scores);
  if (rules.softcap) {
    result.scores = (result.scores.array() / *rules.softcap).unaryExpr([](double x) { return std::tanh(x); });
    result.scores *= *rules.softcap;
  }
  apply(options.mask, head, result.scores);
  result.weights.resize(result.scores.rows(), result.scores.cols());
  for (Eigen::Index q = 0; q < result.scores.rows(); ++q) {
    result.weights.row(q) = softmax(result.scores.row(q), options.masked_rows);
  }
  if (value.rows() != 0) result.values = result.weights * value;
  return result;
}

void rotate(const RotaryTable& table, std::size_t head_dim, Matrix& heads) {
  const std::size_t pairs = table.dims / 2;
  const auto features = static_cast<std::size_t>(heads.cols());
  for (Eigen::Index token = 0; token < heads.rows(); ++token) {
    for (std::size_t first = 0; first < features; first += head_dim) {
      for (std::size_t i = 0; i < pairs; ++i) {
        double* head = heads.row(token).data() + first;
        double& a = table.interleaved ? head[2 * i] : head[i];
        double& b = table.interleaved ? head[2 * i + 1] : head[i + pairs];
        const std::size_t at = i * table.stride + static_cast<std::size_t>(token);
        const double cos = table.cos[at], sin = table.sin[at], before = a;
        a = before * cos - b * sin;
        b = b * cos + before * sin;
      }
    }
  }
}

Result attend_projected(const AttentionShape& shape, Result projected, const Options& options) {
  const bool with_values = options.stage >= AttentionStage::heads;
  Result result = std::move(projected);
  if (with_values) result.x.resize(result.query.rows(), result.query.cols());
  const auto head_dim = static_cast<Eigen::Index>(shape.head_dim);
  for (std::size_t h = 0; h < shape.num_heads; ++h) {
    const Eigen::Index column = static_cast<Eigen::Index>(h) * head_dim;
    const Eigen::Index kv_column = static_cast<Eigen::Index>(shape.kv_head(h)) * head_dim;
    Head head = scaled_dot_product_attention(
        result.query.middleCols(column, head_dim), result.key.middleCols(kv_column, head_dim),
        with_values ? result.value.middleCols(kv_column, head_dim) : Matrix(), h, options);
    if (with_values) result.x.middleCols(column, head_dim) = head.values;
    result.scores.push_back(std::move(head.scores));
    result.weights.push_back(std::move(head.weights));
  }
  return result;
}

Result attend(const AttentionShape& shape, const AttentionWeights& weights, const Matrix& query_input,
              const Matrix& key_input, const Matrix& value_input, const Options& options) {
  Result result;
  result.query = linear(query_input, weights.query);
  result.key = linear(key_input, weights.key);
  if (weights.norms) {
    result.query = normed(result.query, weights.norms->query);
    result.key = normed(result.key, weights.norms->key);
  }
  if (options.rules.rotary != nullptr) {
    for (Matrix* heads : {&result.query, &result.key}) rotate(*options.rules.rotary, shape.head_dim, *heads);
  }
  if (options.stage >= AttentionStage::heads) result.value = linear(value_input, weights.value);
  result = attend_projected(shape, std::move(result), options);
  if (options.stage >= AttentionStage::output) result.output = linear(result.x, weights.output);
  return result;
}

}  // namespace mha::reference
