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

/// The feed-forward network of a layer, and the norms behind it and behind attention.
struct FeedForward {
  Norm attention_norm;
  Linear intermediate, output;
  Norm output_norm;
};

/// The weights of attention up to a stage; for random weights this draws them. Throws Error(data) for what is
/// missing or misshapen.
AttentionWeights attention_weights(const Model& model, std::size_t layer, AttentionStage stage);

FeedForward feed_forward_weights(const Model& model, std::size_t layer);

/// What stands between the sum of embeddings and the first layer.
struct EmbeddingWeights {
  std::optional<Norm> norm;
  std::optional<Linear> projection;
};

EmbeddingWeights embedding_weights(const Model& model);

/// The table that gives each head a bias by distance [relative_buckets, num_heads], where the family has one.
std::optional<TensorView> relative_bias(const Model& model);

/// Tensors of the checkpoint that have no part in it: heads on top, poolers and the like.
std::vector<std::string> unused_tensors(const Model& model);

/// Throws Error(data) if layers have relative positions, whatever the configuration says. `source` names the
/// weights in it.
void refuse_relative_positions(const TensorSource& weights, const Wiring& wiring, const Config& config,
                               const std::string& source);

/// True if the query projection of the layer is there.
bool has_layer(const Model& model, std::size_t layer);

/// Number of layers, counted from the first, whose query projection is there.
std::size_t layers_present(const Model& model);

}  // namespace mha
