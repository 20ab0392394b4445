#include "model/layer.h"

#include <span>
#include <utility>

#include "kernel/widen.h"

namespace mha {

std::vector<Layer> layers_of(const Model& model, const std::vector<LayerStep>& steps) {
  std::vector<Layer> layers;
  for (const LayerStep& step : steps) {
    if (model.weights == nullptr) {
      layers.push_back({step, {}, {}});
      continue;
    }
    layers.push_back({step, attention_weights(model, step.layer, step.stage), {}});
    if (step.feed_forward) layers.back().feed_forward = feed_forward_weights(model, step.layer);
  }
  return layers;
}

template <class Number>
std::optional<ScoreBias<Number>> distance_bias(const Model& model, std::size_t longest) {
  const auto table = relative_bias(model);
  if (!table) return std::nullopt;
  std::vector<Number> values(element_count(table->shape));
  kernel::widen(*table, 0, std::span(values));
  return ScoreBias<Number>(BucketTable<Number>{std::move(values), model.config.num_attention_heads}, longest);
}

template std::optional<ScoreBias<float>> distance_bias(const Model& model, std::size_t longest);
template std::optional<ScoreBias<double>> distance_bias(const Model& model, std::size_t longest);

}  // namespace mha
