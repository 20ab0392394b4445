#include "model/summary.h"

#include <Eigen/Core>
#include <optional>
#include <utility>

namespace mha {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <class Number>
using Rows = Eigen::Map<Eigen::Matrix<Number, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>, 0,
                        Eigen::OuterStride<>>;

/// One sequence of the batch: its maps [T, S] lie in the corner of padded ones.
struct Part {
  std::size_t sequence, queries, keys;

  /// Map `index` of a tensor of maps.
  template <class Number>
  Rows<Number> map(Tensor& tensor, std::size_t index) const {
    const std::size_t height = tensor.shape[tensor.shape.size() - 2], width = tensor.shape.back();
    return {tensor.as<Number>().data() + index * height * width, static_cast<Eigen::Index>(queries),
            static_cast<Eigen::Index>(keys), Eigen::OuterStride<>(static_cast<Eigen::Index>(width))};
  }
  Matrix zeros() const {
    return Matrix::Zero(static_cast<Eigen::Index>(queries), static_cast<Eigen::Index>(keys));
  }
};

std::optional<std::size_t> number_of(std::size_t layer, const Dimensions& d) {
  return d.kind.checkpoint ? std::optional(layer) : std::nullopt;
}

template <class Number>
Matrix mean_of_heads(Trace& trace, const Part& part, std::optional<std::size_t> layer) {
  Tensor& weights = trace.tensors.find(tensor_key("weights", layer))->second;
  const std::size_t heads = weights.shape[1];
  Matrix sum = part.zeros();
  for (std::size_t h = 0; h < heads; ++h) {
    sum += part.map<Number>(weights, part.sequence * heads + h).template cast<double>();
  }
  return sum / static_cast<double>(heads);
}

template <class Number>
Matrix mean_of_layers(Trace& trace, const Part& part) {
  const Dimensions& d = trace.dimensions;
  Matrix sum = part.zeros();
  for (const std::size_t layer : d.layers) sum += mean_of_heads<Number>(trace, part, number_of(layer, d));
  return sum / static_cast<double>(d.layers.size());
}

template <class Number>
Matrix rollout(Trace& trace, const Part& part) {
  const Dimensions& d = trace.dimensions;
  const Matrix residual = Matrix::Identity(part.zeros().rows(), part.zeros().cols());
  Matrix product = residual;
  for (const std::size_t layer : d.layers) {
    Matrix step = (mean_of_heads<Number>(trace, part, number_of(layer, d)) + residual) / 2;
    step.array().colwise() /= step.rowwise().sum().array().eval();
    product = step * product;
  }
  return product;
}

template <class Number>
Matrix summary_of(const TensorKey& key, Trace& trace, const Part& part) {
  if (key.tensor->name == "head_mean") return mean_of_heads<Number>(trace, part, key.layer);
  return key.tensor->name == "rollout" ? rollout<Number>(trace, part) : mean_of_layers<Number>(trace, part);
}

template <class Number>
Tensor make(const TensorKey& key, Trace& trace, const Inputs& inputs) {
  Tensor tensor = Tensor::zeros<Number>(key.tensor->shape_of(trace.dimensions));
  for (std::size_t i = 0; i < trace.dimensions.batch; ++i) {
    const Part part{i, inputs.sequences[i].tokens.size(), inputs.keys_of(i).tokens.size()};
    part.map<Number>(tensor, i) = summary_of<Number>(key, trace, part).template cast<Number>();
  }
  return tensor;
}

}  // namespace

std::vector<std::string> weights_of(const TensorKey& summary, const Dimensions& dimensions) {
  std::vector<std::string> names;
  for (const TensorKey& weights : find_tensors("weights", dimensions)) {
    if (!summary.layer || weights.layer == summary.layer) names.push_back(weights.key);
  }
  return names;
}

Trace summarise(Trace trace, const Inputs& inputs, const KeySet& wanted) {
  std::vector<std::pair<std::string, Tensor>> made;
  for (const TensorKey& key : summaries_of(trace.dimensions)) {
    if (!wanted.contains(key.key)) continue;
    const Tensor& weights = trace.tensors.at(weights_of(key, trace.dimensions).front());
    const bool wide = std::holds_alternative<Buffer<double>>(weights.values);
    made.emplace_back(key.key, wide ? make<double>(key, trace, inputs) : make<float>(key, trace, inputs));
  }
  for (auto& [name, tensor] : made) trace.tensors.emplace(name, std::move(tensor));
  return trace;
}

}  // namespace mha
