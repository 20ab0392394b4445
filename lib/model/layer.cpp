#include "model/layer.h"

#include <cmath>
#include <span>

#include "kernel/widen.h"

namespace mha {

std::vector<Layer> layers_of(const Model& model, const std::vector<LayerStep>& steps) {
  std::vector<Layer> layers;
  for (const LayerStep& step : steps) {
    Layer& layer = layers.emplace_back(Layer{step, {}, {}, {}, {}});
    if (model.weights == nullptr) continue;
    layer.norms = attention_norms(model, step.layer, step.feed_forward);
    layer.attention = attention_weights(model, step.layer, step.stage);
    layer.positions = position_projections(model, step.layer);
    if (step.feed_forward) layer.feed_forward = feed_forward_weights(model, step.layer);
  }
  return layers;
}

bool runs_through(const std::vector<Layer>& layers, const Config& config) {
  return layers.size() == config.num_layers && !layers.empty() && layers.back().feed_forward;
}

template <class Number>
std::optional<ScoreBias<Number>> score_bias(const Model& model, std::size_t longest) {
  const std::size_t heads = model.config.num_attention_heads;
  switch (model.wiring.position_bias) {
    case PositionBias::none:
      return std::nullopt;
    case PositionBias::alibi:
      return ScoreBias<Number>(Alibi{AlibiKind::distance, heads}, longest);
    case PositionBias::alibi_of_keys:
      return ScoreBias<Number>(Alibi{AlibiKind::key, heads}, longest);
    case PositionBias::buckets:
      break;
  }
  const TensorView table = relative_bias(model).value();
  BucketTable<Number> values{std::vector<Number>(element_count(table.shape)), heads, model.config.buckets};
  kernel::widen(table, 0, std::span(values.values));
  return ScoreBias<Number>(values, longest);
}

template std::optional<ScoreBias<float>> score_bias(const Model& model, std::size_t longest);
template std::optional<ScoreBias<double>> score_bias(const Model& model, std::size_t longest);

std::vector<std::optional<Rotary>> rotations_of(const Config& config, std::size_t longest) {
  std::vector<std::optional<Rotary>> rotations;
  for (const AttentionKind& kind : config.attention_kinds) {
    rotations.push_back(kind.rotary ? std::optional<Rotary>(std::in_place, *kind.rotary, longest)
                                    : std::nullopt);
  }
  return rotations;
}

std::optional<double> scale_of(const Config& config, std::size_t layer) {
  if (!config.scale_by_layer) return config.scale;
  const double whole = config.scale.value_or(1 / std::sqrt(static_cast<double>(config.head_dim)));
  return whole / static_cast<double>(layer + 1);
}

}  // namespace mha
