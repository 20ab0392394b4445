#include "model/tensors.h"

#include "base/error.h"
#include "base/nearest.h"

namespace mha {
namespace {

using Dims = const Dimensions&;

Shape query_weight(Dims d) { return {d.config.attention().query_features(), d.config.hidden_size}; }
Shape key_weight(Dims d) { return {d.config.attention().key_features(), d.config.hidden_size}; }
Shape query_bias(Dims d) { return {d.config.attention().query_features()}; }
Shape key_bias(Dims d) { return {d.config.attention().key_features()}; }
Shape per_query_head(Dims d) { return {d.batch, d.config.num_attention_heads, d.queries, d.config.head_dim}; }
Shape per_key_head(Dims d) { return {d.batch, d.config.num_key_value_heads, d.keys, d.config.head_dim}; }
Shape map(Dims d) { return {d.batch, d.config.num_attention_heads, d.queries, d.keys}; }
Shape per_token(Dims d) { return {d.batch, d.queries, d.config.hidden_size}; }

constexpr std::string_view context_name = "context";

bool exists(const TensorName& tensor, bool cross_attention) {
  return cross_attention || tensor.name != context_name;
}

}  // namespace

const std::vector<TensorName>& activation_names() {
  static const std::vector<TensorName> names = {
      {"embeddings", "[B, T, embed_dim]", "what enters the layer", per_token},
      {context_name, "[B, S, embed_dim]", "with --context: what gives keys and values",
       [](Dims d) {
         return Shape{d.batch, d.keys, d.config.hidden_size};
       }},
      {"query", "[B, H, T, head_dim]", "queries after projection", per_query_head},
      {"key", "[B, H_kv, S, head_dim]", "keys after projection", per_key_head},
      {"value", "[B, H_kv, S, head_dim]", "values after projection", per_key_head},
      {"scores", "[B, H, T, S]", "query . key / sqrt(head_dim), -inf where masked", map},
      {"weights", "[B, H, T, S]", "softmax of scores", map},
      {"heads", "[B, H, T, head_dim]", "weights . value", per_query_head},
      {"x", "[B, T, H * head_dim]", "heads side by side",
       [](Dims d) {
         return Shape{d.batch, d.queries, d.config.attention().query_features()};
       }},
      {"output", "[B, T, embed_dim]", "after the output projection", per_token},
  };
  return names;
}

const std::vector<TensorName>& parameter_names() {
  static const std::vector<TensorName> names = {
      {"query.weight", "[H * head_dim, embed_dim]", "the heads' query Linears, one below the other",
       query_weight},
      {"query.bias", "[H * head_dim]", "", query_bias},
      {"key.weight", "[H_kv * head_dim, embed_dim]", "the heads' key Linears", key_weight},
      {"key.bias", "[H_kv * head_dim]", "", key_bias},
      {"value.weight", "[H_kv * head_dim, embed_dim]", "the heads' value Linears", key_weight},
      {"value.bias", "[H_kv * head_dim]", "", key_bias},
      {"output.weight", "[embed_dim, H * head_dim]", "the output Linear",
       [](Dims d) {
         return Shape{d.config.hidden_size, d.config.attention().query_features()};
       }},
      {"output.bias", "[embed_dim]", "", [](Dims d) { return Shape{d.config.hidden_size}; }},
  };
  return names;
}

std::vector<std::pair<std::string_view, Shape>> activation_shapes(const Dimensions& dimensions) {
  std::vector<std::pair<std::string_view, Shape>> shapes;
  for (const TensorName& tensor : activation_names()) {
    if (exists(tensor, dimensions.cross_attention))
      shapes.emplace_back(tensor.name, tensor.shape_of(dimensions));
  }
  return shapes;
}

std::vector<const TensorName*> tensors_of(bool cross_attention) {
  std::vector<const TensorName*> tensors;
  for (const auto* table : {&activation_names(), &parameter_names()}) {
    for (const TensorName& tensor : *table) {
      if (exists(tensor, cross_attention)) tensors.push_back(&tensor);
    }
  }
  return tensors;
}

const TensorName& find_tensor(std::string_view name, bool cross_attention) {
  std::vector<std::string_view> names;
  for (const TensorName* tensor : tensors_of(cross_attention)) {
    if (tensor->name == name) return *tensor;
    names.push_back(tensor->name);
  }
  if (name == context_name) fail(Status::usage, "there is a tensor 'context' only with --context TEXT");
  fail(Status::usage, "no tensor '{}'{}; there are: {}", name, did_you_mean(name, names),
       fmt::join(names, ", "));
}

}  // namespace mha
