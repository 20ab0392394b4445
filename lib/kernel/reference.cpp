#include "kernel/reference.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "kernel/widen.h"

namespace mha::reference {

Matrix to_matrix(const TensorView& tensor) {
  const bool vector = tensor.shape.size() == 1;
  Matrix matrix(static_cast<Eigen::Index>(vector ? 1 : tensor.shape[0]),
                static_cast<Eigen::Index>(tensor.shape.back()));
  kernel::widen(tensor, 0, std::span<double>(matrix.data(), static_cast<std::size_t>(matrix.size())));
  return matrix;
}

namespace {

/// W [out, in], of which a file may hold more rows, or columns in their place.
Matrix weight_of(const Linear& linear) {
  const Matrix stored = linear.transposed ? to_matrix(linear.weight) : Matrix();
  Matrix weight(static_cast<Eigen::Index>(linear.out_features()),
                static_cast<Eigen::Index>(linear.in_features()));
  for (std::size_t i = 0; i < linear.out_features(); ++i) {
    const auto row = static_cast<Eigen::Index>(i);
    const std::size_t at = linear.stored_row(i), depth = linear.in_features();
    if (linear.transposed) {
      weight.row(row) = stored.col(static_cast<Eigen::Index>(at)).transpose();
    } else {
      kernel::widen(linear.weight, at * depth, std::span<double>(weight.row(row).data(), depth));
    }
  }
  return weight;
}

Eigen::RowVectorXd bias_of(const Linear& linear) {
  Eigen::RowVectorXd bias(static_cast<Eigen::Index>(linear.out_features()));
  for (std::size_t i = 0; i < linear.out_features(); ++i) {
    kernel::widen(*linear.bias, linear.stored_row(i), std::span<double>(bias.data() + i, 1));
  }
  return bias;
}

}  // namespace

Matrix linear(const Matrix& x, const Linear& linear) {
  Matrix y = x * weight_of(linear).transpose();
  if (linear.bias) y.rowwise() += bias_of(linear);
  return y;
}

Matrix normed(const Matrix& x, const Norm& norm) {
  Eigen::RowVectorXd weight = to_matrix(norm.weight).row(0);
  if (norm.adds_one) weight.array() += 1;
  // Each stretch a row of its own.
  const Eigen::Index features = weight.size();
  Matrix normal = Eigen::Map<const Matrix>(x.data(), x.size() / features, features);
  if (norm.kind == NormKind::layer) normal.colwise() -= Eigen::VectorXd(normal.rowwise().mean());
  const Eigen::ArrayXd scale = (normal.array().square().rowwise().mean() + norm.eps).rsqrt();
  normal.array().colwise() *= scale;
  normal.array().rowwise() *= weight.array();
  if (norm.bias) normal.rowwise() += to_matrix(*norm.bias).row(0);
  return Eigen::Map<const Matrix>(normal.data(), x.rows(), x.cols());
}

Matrix activate(Activation activation, const Matrix& x) {
  const auto each = [&](auto function) -> Matrix { return x.unaryExpr(function); };
  switch (activation) {
    case Activation::gelu:
      return each([](double v) { return v * 0.5 * std::erfc(-v / std::numbers::sqrt2); });
    case Activation::gelu_tanh:
      return each([](double v) {
        return 0.5 * v * (1 + std::tanh(std::sqrt(2 / std::numbers::pi) * (v + 0.044715 * v * v * v)));
      });
    case Activation::relu:
      return each([](double v) { return v < 0 ? 0 : v; });
    case Activation::silu:
      return each([](double v) { return v / (1 + std::exp(-v)); });
  }
  return x;
}

void to_rows(const Matrix& matrix, std::size_t first, std::size_t count, double* out,
             std::size_t row_stride) {
  for (Eigen::Index row = 0; row < matrix.rows(); ++row) {
    const double* from = matrix.row(row).data() + first;
    std::copy_n(from, count, out + static_cast<std::size_t>(row) * row_stride);
  }
}

}  // namespace mha::reference
