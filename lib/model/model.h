// A model: sizes, wiring and weights.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "attention/layer.h"
#include "checkpoint/hub.h"
#include "checkpoint/tensor_source.h"
#include "kernel/norm.h"
#include "model/config.h"
#include "model/family.h"

namespace mha {

struct ModelRequest {
  ConfigRequest config;  ///< of random weights
  std::uint64_t seed = 0;
  std::optional<ModelName> checkpoint;  ///< in place of random weights
};

struct Model {
  Config config;
  const Family* family;  ///< null for the single layer of random weights
  Wiring wiring;
  std::string name;                       ///< as asked for; empty for random weights
  std::optional<std::string> folder;      ///< of the checkpoint's files, its tokenizer among them
  std::optional<std::uint64_t> seed;      ///< of random weights
  std::unique_ptr<TensorSource> weights;  ///< not to be asked by two threads at once
};

/// A layer of random weights, the numbers that PyTorch draws after torch.manual_seed(seed) for these modules
/// in this order: nn.Embedding(vocab_size, hidden_size); then for each head its query Linear and, at the
/// first head of each key-value group, that group's key and value Linears; then the output Linear. Nothing is
/// drawn yet. Or the model of a checkpoint, of which only the headers are read. Throws Error.
Model load_model(const ModelRequest& request);

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

}  // namespace mha
