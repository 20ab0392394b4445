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

Matrix linear(const Matrix& x, const Linear& linear) {
  Matrix y = x * to_matrix(linear.weight).transpose();
  if (linear.bias) y.rowwise() += to_matrix(*linear.bias).row(0);
  return y;
}

Matrix layer_norm(const Matrix& x, const Norm& norm) {
  const Eigen::VectorXd mean = x.rowwise().mean();
  const Matrix centred = x.colwise() - mean;
  const Eigen::ArrayXd scale = (centred.array().square().rowwise().mean() + norm.eps).rsqrt();
  const Matrix normal = centred.array().colwise() * scale;
  const Matrix weighted = normal.array().rowwise() * to_matrix(norm.weight).row(0).array();
  return weighted.rowwise() + to_matrix(norm.bias).row(0);
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
