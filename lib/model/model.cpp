#include "model/model.h"

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
              .attention_norm = "",
              .intermediate = "",
              .feed_forward = "",
              .output_norm = ""}};

std::vector<RandomModule> construction_order(const Config& config) {
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
  const ConfigFile file(files.config);
  const Family& family = find_family(file);
  Model model{.config = read_config(family, file),
              .family = &family,
              .wiring = family.wiring,
              .name = request.text,
              .folder = files.folder,
              .seed = {},
              .weights = open_checkpoint(files.weights, {std::string(family.prefix)})};
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
          .weights = nullptr};
}

Model load_model(const ModelRequest& request) {
  if (request.checkpoint) return load_checkpoint(*request.checkpoint);
  Config config = load_config(request.config);
  config.embedding_size = config.hidden_size;
  return {.config = config,
          .family = nullptr,
          .wiring = single_layer,
          .name = {},
          .folder = {},
          .seed = request.seed,
          .weights = std::make_unique<TorchRandom>(construction_order(config), request.seed)};
}

}  // namespace mha
