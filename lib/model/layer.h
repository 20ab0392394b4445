// The layers of a model over sequences that are worked on together, in either arithmetic.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "kernel/widen.h"
#include "model/arithmetic.h"
#include "model/layer_plan.h"
#include "model/weights.h"

namespace mha {

/// A step with its weights, which are looked up before anything is computed.
struct Layer {
  LayerStep step;
  BranchNorms norms;  ///< around attention
  AttentionWeights attention;
  PositionProjections positions;
  std::optional<FeedForward> feed_forward;
};

/// Without weights of attention alone, which has no model. Throws Error(data) for weights that are missing or
/// misshapen.
std::vector<Layer> layers_of(const Model& model, const std::vector<LayerStep>& steps);

/// True for all layers of a model, the last to its end.
bool runs_through(const std::vector<Layer>& layers, const Config& config);

/// The bias by position that all layers share, for sequences of up to `longest` tokens, where the family has
/// one. Number is float or double.
template <class Number>
std::optional<ScoreBias<Number>> score_bias(const Model& model, std::size_t longest);

/// The rotation of each kind of attention, for sequences of up to `longest` tokens.
std::vector<std::optional<Rotary>> rotations_of(const Config& config, std::size_t longest);

/// The embeddings of relative positions behind their norm, where a model has them.
template <class Math>
std::optional<typename Math::Values> relative_embeddings(const Model& model, std::size_t threads) {
  const auto weights = relative_weights(model);
  if (!weights) return std::nullopt;
  std::vector<typename Math::Number> rows(element_count(weights->embeddings.shape));
  kernel::widen(weights->embeddings, 0, std::span(rows));
  auto values = Math::from_rows(rows, weights->embeddings.shape[1]);
  if (weights->norm) Math::norm({&values, 1}, {}, *weights->norm, threads);
  return values;
}

/// The scale of a layer's scores where it is not 1 / sqrt(head_dim).
std::optional<double> scale_of(const Config& config, std::size_t layer);

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

  const Model& model;
  MaskedRows masked_rows;
  const ScoreBias<typename Math::Number>* bias;  ///< null for none
  OuterWeights end = {};                         ///< of layers that run through
  const Values* relative =
      nullptr;  ///< embeddings of relative positions [2 span, hidden_size]; null for none

  /// What attention reads, where the layer has a norm before it.
  std::optional<std::vector<Values>> normed(const Layer& layer, const std::vector<Values>& hidden,
                                            std::size_t threads) const {
    if (!layer.norms.before) return std::nullopt;
    return Math::normed(hidden, *layer.norms.before, threads);
  }

  /// Attention of each sequence, as far as the layer's step goes.
  std::vector<typename Math::Result> attend(const Layer& layer, const std::vector<LayerTask<Math>>& tasks,
                                            std::size_t threads) const {
    const Config& config = model.config;
    const AttentionShape shape = config.attention();
    const std::vector<Values> key = project_positions(layer.positions.key, threads),
                              query = project_positions(layer.positions.query, threads);
    const Disentangled<Values> positions{config.relative_positions.value_or(LogBuckets()),
                                         key.empty() ? nullptr : &key.front(),
                                         query.empty() ? nullptr : &query.front()};
    return Math::attend(tasks, {shape,
                                layer.attention,
                                layer.step.stage,
                                layer.step.projections,
                                masked_rows,
                                bias,
                                relative != nullptr ? &positions : nullptr,
                                {scale_of(config, layer.step.layer), config.softcap},
                                threads});
  }

  /// What leaves a layer with a feed-forward that `hidden` entered and whose attention gave `attended`: with
  /// the norms that the layer has, h = after2(a + behind2(feed_forward(before2(a)))) where a = after1(x +
  /// behind1(attention(before1(x)))), and x in place of the inner a where both branches are parallel. With
  /// the norms called after that is Vaswani et al. 2017, section 3.1; with those called before, pre-norm
  /// (Radford et al. 2019, section 2.3).
  std::vector<Values> feed_forward(const Layer& layer, std::vector<Values> attended,
                                   const std::vector<Values>& hidden, std::size_t threads) const {
    const BranchNorms& norms = layer.feed_forward->norms;
    const bool behind_norm = model.wiring.residual_behind_norm;
    if (behind_norm) {
      join(attended, Math::normed(hidden, *layer.norms.before, threads), layer.norms, threads);
    } else {
      join(attended, hidden, layer.norms, threads);
    }
    const std::vector<Values>& source = model.wiring.parallel ? hidden : attended;
    if (!norms.before) return joined(network(layer, source, threads), attended, norms, threads);
    const std::vector<Values> normed = Math::normed(source, *norms.before, threads);
    return joined(network(layer, normed, threads), behind_norm ? normed : attended, norms, threads);
  }

 private:
  /// Relative positions as keys or queries of the heads.
  std::vector<Values> project_positions(const std::optional<Linear>& linear, std::size_t threads) const {
    if (!linear || relative == nullptr) return {};
    return Math::linear({relative}, *linear, std::nullopt, threads);
  }

  /// What a branch gave onto what it stands beside.
  static void join(std::vector<Values>& branch, const std::vector<Values>& beside, const BranchNorms& norms,
                   std::size_t threads) {
    if (norms.behind) Math::norm(branch, {}, *norms.behind, threads);
    if (norms.after) {
      Math::norm(branch, beside, *norms.after, threads);
    } else {
      Math::add(branch, beside, threads);
    }
  }

  static std::vector<Values> joined(std::vector<Values> branch, const std::vector<Values>& beside,
                                    const BranchNorms& norms, std::size_t threads) {
    join(branch, beside, norms, threads);
    return branch;
  }

  /// W2 act(W1 x) (Vaswani et al. 2017, section 3.3), or W2 (act(G x) * W1 x) with a gate (Shazeer 2020,
  /// equation 6).
  std::vector<Values> network(const Layer& layer, const std::vector<Values>& input,
                              std::size_t threads) const {
    const FeedForward& weights = *layer.feed_forward;
    const Activation act = model.config.hidden_act;
    const auto own = weights.gate ? std::nullopt : std::optional(act);
    std::vector<Values> inner = Math::linear(pointers_to(input), weights.intermediate, own, threads);
    if (weights.gate) {
      Math::multiply(inner, Math::linear(pointers_to(input), *weights.gate, act, threads), threads);
    }
    return Math::linear(pointers_to(inner), weights.output, std::nullopt, threads);
  }
};

}  // namespace mha
