#include "model/model.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/utf8.h"
#include "checkpoint/checkpoint.h"
#include "checkpoint/hub.h"
#include "checkpoint/torch_random.h"
#include "model/families.h"
#include "model/modules.h"
#include "model/weights.h"

namespace mha {
namespace {

/// The single layer of random weights: attention and nothing else.
constexpr Wiring single_layer = {
    .embeddings = {.word = "embedding", .position = "", .token_type = "", .norm = "", .projection = ""},
    .layer = {.scope = "",
              .query = "query",
              .key = "key",
              .value = "value",
              .output = "output",
              .attention_norms = {.before = "", .behind = "", .after = ""},
              .intermediate = "",
              .feed_forward = "",
              .feed_forward_norms = {.before = "", .behind = "", .after = ""},
              .relative_positions = ""}};

/// The single layer as it was asked for.
Wiring wiring_of(const LayerChoice& layer) {
  Wiring wiring = single_layer;
  wiring.norm = NormKind::rms;
  wiring.biases.norms = false;
  if (layer.positions == PositionChoice::alibi) wiring.position_bias = PositionBias::alibi;
  if (layer.positions == PositionChoice::t5) {
    wiring.position_bias = PositionBias::buckets;
    wiring.relative_bias = "relative_bias";
  }
  if (layer.qk_norm) {
    wiring.layer.query_norm = "query_norm";
    wiring.layer.key_norm = "key_norm";
  }
  return wiring;
}

std::vector<RandomModule> construction_order(const Config& config, const Wiring& wiring) {
  const AttentionShape shape = config.attention();
  const std::size_t dim = shape.head_dim;
  std::vector<RandomModule> order;
  order.push_back(RandomEmbedding{"embedding.weight", config.vocab_size, config.hidden_size});
  const auto linear = [&](const char* name, std::size_t stacked, std::size_t head) {
    order.push_back(RandomLinear{name, stacked, head * dim, dim, shape.embed_dim});
  };
  for (std::size_t head = 0; head < shape.num_heads; ++head) {
    linear("query", shape.query_features(), head);
    const std::size_t group = shape.kv_head(head);
    if (head != 0 && shape.kv_head(head - 1) == group) continue;
    linear("key", shape.key_features(), group);
    linear("value", shape.key_features(), group);
  }
  order.push_back(RandomLinear{"output", shape.embed_dim, 0, shape.embed_dim, shape.query_features()});
  if (!wiring.relative_bias.empty()) {
    order.push_back(RandomEmbedding{"relative_bias.weight", config.buckets.buckets, shape.num_heads});
  }
  if (!wiring.layer.query_norm.empty()) {
    order.push_back(RandomNorm{"query_norm.weight", dim});
    order.push_back(RandomNorm{"key_norm.weight", dim});
  }
  return order;
}

/// A file with fewer layers than the configuration would be told of only when the first missing one is used.
void check_layers(const Model& model, const std::string& source) {
  const std::size_t count = model.config.num_layers, found = layers_present(model);
  if (found == count || found == 0) return;  // without the first, names differ, which is told better in use
  fail(Status::data, "{}: has the weights of {} layers, but its config.json says {}", utf8::printable(source),
       found, count);
}

/// A configuration of another model is told of before its figures are taken for the memory of a run.
void check_sizes(const Model& model) {
  const NamedShape words = module_of(model.config, model.wiring, Role::word)->weight;
  model.weights->get(words.name, words.shape);
  if (has_layer(model, 0)) attention_weights(model, 0, AttentionStage::weights);
}

Model load_checkpoint(const ModelName& request) {
  const ModelFiles files = locate_model(request);
  const ConfigFile file = text_config(ConfigFile(files.config));
  const Family& family = find_family(file);
  auto [config, wiring] = read_description(family, file);
  Model model{.config = std::move(config),
              .family = &family,
              .wiring = wiring,
              .name = request.text,
              .folder = files.folder,
              .seed = {},
              .ones = {},
              .weights = open_checkpoint(files.weights, prefixes_of(family))};
  model.wiring = names_in(*model.weights, model.wiring);
  if (!model.wiring.norm_weights) {
    model.ones = Buffer<float>::uninitialised(model.config.hidden_size);
    std::ranges::fill(model.ones.span(), 1.0F);
  }
  check_layers(model, files.weights);
  refuse_relative_positions(*model.weights, model.wiring, model.config, files.weights);
  check_sizes(model);
  return model;
}

}  // namespace

Model attention_alone(const AttentionShape& shape) {
  Wiring wiring = single_layer;
  wiring.embeddings.word = "";
  return {.config = {.vocab_size = 0,
                     .hidden_size = shape.embed_dim,
                     .num_attention_heads = shape.num_heads,
                     .num_key_value_heads = shape.num_kv_heads,
                     .head_dim = shape.head_dim},
          .family = nullptr,
          .wiring = wiring,
          .name = {},
          .folder = {},
          .seed = {},
          .ones = {},
          .weights = nullptr};
}

Model load_model(const ModelRequest& request) {
  if (request.checkpoint) return load_checkpoint(*request.checkpoint);
  Config config = load_config(request.config);
  config.embedding_size = config.hidden_size;
  const Wiring wiring = wiring_of(request.config.layer);
  auto weights = std::make_unique<TorchRandom>(construction_order(config, wiring), request.seed);
  return {.config = std::move(config),
          .family = nullptr,
          .wiring = wiring,
          .name = {},
          .folder = {},
          .seed = request.seed,
          .ones = {},
          .weights = std::move(weights)};
}

}  // namespace mha
