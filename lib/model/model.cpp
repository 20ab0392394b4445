#include "model/model.h"

#include <utility>
#include <vector>

#include "checkpoint/torch_random.h"

namespace mha {
namespace {

std::vector<RandomModule> construction_order(const Config& config) {
  const AttentionShape shape = config.attention();
  const std::size_t dim = shape.head_dim;
  std::vector<RandomModule> order;
  order.push_back(RandomEmbedding{embedding_name, config.vocab_size, config.hidden_size});
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

}  // namespace

Model load_model(const ModelRequest& request) {
  const Config config = load_config(request.config);
  return {config, request.seed, std::make_unique<TorchRandom>(construction_order(config), request.seed)};
}

AttentionWeights attention_weights(const Model& model) {
  const AttentionShape shape = model.config.attention();
  const auto linear = [&](const std::string& name, std::size_t out, std::size_t in) {
    return Linear{model.weights->get(name + ".weight", {out, in}), model.weights->get(name + ".bias", {out})};
  };
  return {.query = linear("query", shape.query_features(), shape.embed_dim),
          .key = linear("key", shape.key_features(), shape.embed_dim),
          .value = linear("value", shape.key_features(), shape.embed_dim),
          .output = linear("output", shape.embed_dim, shape.query_features())};
}

}  // namespace mha
