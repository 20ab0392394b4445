// Which tensor plays which part in a model.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "attention/layer.h"
#include "kernel/norm.h"
#include "model/model.h"

namespace mha {

/// Norms around a branch of a layer: x + branch(x) is after(x + behind(branch(before(x)))).
struct BranchNorms {
  std::optional<Norm> before, behind, after;
};

/// The feed-forward network of a layer, and the norms around it.
struct FeedForward {
  BranchNorms norms;
  std::optional<Linear> gate;  ///< whose activation the intermediate is multiplied by, in place of its own
  Linear intermediate, output;
};

/// The weights of attention up to a stage; for random weights this draws them. Throws Error(data) for what is
/// missing or misshapen.
AttentionWeights attention_weights(const Model& model, std::size_t layer, AttentionStage stage);

/// What projects relative positions to keys and queries, where scores have a part from them.
struct PositionProjections {
  std::optional<Linear> key, query;
};

PositionProjections position_projections(const Model& model, std::size_t layer);

/// The embeddings of relative positions [2 span, hidden_size] and the norm behind them, where a model has
/// them.
struct RelativeWeights {
  TensorView embeddings;
  std::optional<Norm> norm;
};

std::optional<RelativeWeights> relative_weights(const Model& model);

/// Those around attention: all, or only the one before it.
BranchNorms attention_norms(const Model& model, std::size_t layer, bool all);

FeedForward feed_forward_weights(const Model& model, std::size_t layer);

/// What stands between the sum of embeddings and the first layer, or behind the last.
struct OuterWeights {
  std::optional<Norm> norm;
  std::optional<Linear> projection;
  bool projects_first = false;  ///< or else behind the norm
};

OuterWeights embedding_weights(const Model& model);
OuterWeights final_weights(const Model& model);

/// The table that gives each head a bias by distance [num_buckets, num_heads], where the family has one.
std::optional<TensorView> relative_bias(const Model& model);

/// Lets go of the memory of a layer's weights, as TensorSource::let_go.
void let_go_of_layer(const Model& model, std::size_t layer);

/// Tensors of the checkpoint that have no part in it: heads on top, poolers and the like.
std::vector<std::string> unused_tensors(const Model& model);

/// The wiring with the names that the files have, where a module goes by two.
Wiring names_in(const TensorSource& weights, Wiring wiring);

/// Throws Error(data) if layers have relative positions, whatever the configuration says. `source` names the
/// weights in it.
void refuse_relative_positions(const TensorSource& weights, const Wiring& wiring, const Config& config,
                               const std::string& source);

/// True if the query projection of the layer is there.
bool has_layer(const Model& model, std::size_t layer);

/// Number of layers, counted from the first, whose query projection is there.
std::size_t layers_present(const Model& model);

}  // namespace mha
