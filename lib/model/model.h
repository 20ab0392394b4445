// A model: sizes and weights.
#pragma once

#include <cstdint>
#include <memory>

#include "attention/layer.h"
#include "checkpoint/tensor_source.h"
#include "model/config.h"

namespace mha {

struct ModelRequest {
  ConfigRequest config;
  std::uint64_t seed = 0;
};

struct Model {
  Config config;
  std::uint64_t seed;
  std::unique_ptr<TensorSource> weights;  ///< not to be asked by two threads at once
};

/// A layer of random weights, the numbers that PyTorch draws after torch.manual_seed(seed) for these modules
/// in this order: nn.Embedding(vocab_size, hidden_size); then for each head its query Linear and, at the
/// first head of each key-value group, that group's key and value Linears; then the output Linear. Nothing is
/// drawn yet.
Model load_model(const ModelRequest& request);

/// The weights of the layer; for random weights this draws them.
AttentionWeights attention_weights(const Model& model);

inline constexpr const char* embedding_name = "embedding.weight";

}  // namespace mha
