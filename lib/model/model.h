// A model: sizes, wiring and weights.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "checkpoint/hub.h"
#include "checkpoint/tensor_source.h"
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
  Buffer<float> ones = {};                ///< [hidden_size] where norms have no weights of their own
  std::unique_ptr<TensorSource> weights;  ///< not to be asked by two threads at once; null of attention alone
};

/// No layer, only sizes: attention over heads that are projected already.
Model attention_alone(const AttentionShape& shape);

/// A layer of random weights, the numbers that PyTorch draws after torch.manual_seed(seed) for these modules
/// in this order: nn.Embedding(vocab_size, hidden_size); then for each head its query Linear and, at the
/// first head of each key-value group, that group's key and value Linears; then the output Linear; then, if
/// asked for, nn.Embedding(32, num_heads) of T5's buckets. Norms of queries and keys have weights of 1.
/// Nothing is drawn yet. Or the model of a checkpoint, of which only the headers are read. Throws Error.
Model load_model(const ModelRequest& request);

}  // namespace mha
