// The layers of a model over sequences that are worked on together, in either arithmetic.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "model/arithmetic.h"
#include "model/layer_plan.h"
#include "model/weights.h"

namespace mha {

/// A step with its weights, which are looked up before anything is computed.
struct Layer {
  LayerStep step;
  AttentionWeights attention;
  std::optional<FeedForward> feed_forward;
};

/// Without weights of attention alone, which has no model. Throws Error(data) for weights that are missing or
/// misshapen.
std::vector<Layer> layers_of(const Model& model, const std::vector<LayerStep>& steps);

/// The bias by distance that all layers share, for sequences of up to `longest` tokens, where the family has
/// one. Number is float or double.
template <class Number>
std::optional<ScoreBias<Number>> distance_bias(const Model& model, std::size_t longest);

/// As Math::linear takes them.
template <class Values>
std::vector<const Values*> pointers_to(const std::vector<Values>& sequences) {
  std::vector<const Values*> pointers;
  for (const Values& sequence : sequences) pointers.push_back(&sequence);
  return pointers;
}

/// What the layers have in common.
template <class Math>
struct Layers {
  using Values = typename Math::Values;

  const Config& config;
  MaskedRows masked_rows;
  const ScoreBias<typename Math::Number>* bias;  ///< null for none

  /// Attention of each sequence, as far as the layer's step goes.
  std::vector<typename Math::Result> attend(const Layer& layer, const std::vector<LayerTask<Math>>& tasks,
                                            std::size_t threads) const {
    const AttentionShape shape = config.attention();
    return Math::attend(tasks, {shape, layer.attention, layer.step.stage, layer.step.projections, masked_rows,
                                bias, threads});
  }

  /// What leaves a layer with a feed-forward that `hidden` entered and whose attention gave `attended`:
  /// residual and norm behind attention, feed-forward, residual and norm (Vaswani et al. 2017, sections 3.1
  /// and 3.3), norm(a + W2 act(W1 a)) with a = norm(x + attention(x)).
  std::vector<Values> feed_forward(const Layer& layer, std::vector<Values> attended,
                                   const std::vector<Values>& hidden, std::size_t threads) const {
    const FeedForward& weights = *layer.feed_forward;
    Math::norm(attended, hidden, weights.attention_norm, threads);
    const std::vector<Values> inner =
        Math::linear(pointers_to(attended), weights.intermediate, config.hidden_act, threads);
    std::vector<Values> result = Math::linear(pointers_to(inner), weights.output, std::nullopt, threads);
    Math::norm(result, attended, weights.output_norm, threads);
    return result;
  }
};

}  // namespace mha
