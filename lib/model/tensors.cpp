#include "model/tensors.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <span>

#include "base/error.h"
#include "base/nearest.h"
#include "base/utf8.h"

namespace mha {
namespace {

using Dims = const Dimensions&;

Shape query_weight(Dims d) { return {d.config.attention().query_features(), d.config.hidden_size}; }
Shape key_weight(Dims d) { return {d.config.attention().key_features(), d.config.hidden_size}; }
Shape query_bias(Dims d) { return {d.config.attention().query_features()}; }
Shape key_bias(Dims d) { return {d.config.attention().key_features()}; }
Shape per_query_head(Dims d) { return {d.batch, d.heads.size(), d.queries, d.config.head_dim}; }
Shape per_key_head(Dims d) { return {d.batch, d.kv_heads().size(), d.keys, d.config.head_dim}; }
Shape map(Dims d) { return {d.batch, d.heads.size(), d.queries, d.keys}; }
Shape map_of_all(Dims d) { return {d.batch, d.queries, d.keys}; }
Shape per_token(Dims d) { return {d.batch, d.queries, d.config.hidden_size}; }

constexpr std::string_view context_name = "context", hidden_name = "hidden", final_name = "final",
                           rollout_name = "rollout";
constexpr std::string_view layer_prefix = "layers.";

/// Tensors on either side of attention itself, and those that values give.
constexpr std::string_view around_attention[] = {"embeddings", context_name, "output", hidden_name,
                                                 final_name};
constexpr std::string_view of_values[] = {"value", "heads", "x"};

bool is_among(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// "layers.3.weights" taken apart; nothing if it is not of that form.
struct LayerName {
  std::size_t layer;
  std::string_view name;
};

std::optional<LayerName> split_layer(std::string_view name) {
  if (!name.starts_with(layer_prefix)) return std::nullopt;
  const std::string_view rest = name.substr(layer_prefix.size());
  LayerName result{};
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), result.layer);
  const auto digits = static_cast<std::size_t>(end - rest.data());
  if (error != std::errc() || digits == rest.size() || rest[digits] != '.') return std::nullopt;
  if (digits > 1 && rest.front() == '0') return std::nullopt;
  result.name = rest.substr(digits + 1);
  return result;
}

/// False for what is there only with other layers than those looked at.
bool exists_with_layers(const TensorName& tensor, const Dimensions& d) {
  if (d.layers.empty()) return tensor.name != final_name && tensor.name != rollout_name;
  if (tensor.name == final_name) return d.layers.back() + 1 == d.config.num_layers;
  if (tensor.name == rollout_name) return d.layers.size() == d.layers.back() + 1;
  return true;
}

std::vector<TensorKey> keys_of(const std::vector<TensorName>& names, const Dimensions& d) {
  std::vector<TensorKey> keys;
  const auto add_once = [&](const TensorName& tensor) {
    if (exists(tensor, d.kind) && exists_with_layers(tensor, d)) {
      keys.push_back({std::string(tensor.name), &tensor, {}});
    }
  };
  // The tensors of a layer stand together, between what comes before the first and behind the last.
  const auto is_layered = [&](const TensorName& tensor) {
    return d.kind.checkpoint && tensor.scope == TensorScope::layer;
  };
  const auto first = std::find_if(names.begin(), names.end(), is_layered);
  const auto last = std::find_if(first, names.end(), [&](const TensorName& t) { return !is_layered(t); });
  std::for_each(names.begin(), first, add_once);
  for (const std::size_t layer : d.layers) {
    for (auto tensor = first; tensor != last; ++tensor) {
      keys.push_back({tensor_key(tensor->name, layer), &*tensor, layer});
    }
    if (first == last) break;
  }
  std::for_each(last, names.end(), add_once);
  return keys;
}

std::vector<std::string_view> names_of(const RunKind& kind) {
  std::vector<std::string_view> names;
  for (const auto* table : {&activation_names(), &parameter_names(), &summary_names()}) {
    for (const TensorName& tensor : *table) {
      if (exists(tensor, kind)) names.push_back(tensor.name);
    }
  }
  return names;
}

/// Of what attention alone does not have, though other runs do.
void refuse_missing(std::string_view name, const RunKind& kind) {
  if (is_among(of_values, name) && kind.feed == Feed::query_and_key) {
    fail(Status::usage, "there is a tensor '{}' only with values; give --value", name);
  }
  if (name == rollout_name) {
    fail(Status::usage, "there is a tensor 'rollout' only where --query and --key are of the same tokens");
  }
  const auto is_name = [&](const TensorName& tensor) { return tensor.name == name; };
  if (is_among(around_attention, name) || std::ranges::any_of(parameter_names(), is_name)) {
    fail(Status::usage, "there is no tensor '{}' with --query and --key: nothing is projected", name);
  }
}

}  // namespace

std::vector<std::size_t> Dimensions::kv_heads() const {
  std::vector<std::size_t> all;
  for (const std::size_t head : heads) {
    const std::size_t kv_head = config.attention().kv_head(head);
    if (all.empty() || all.back() != kv_head) all.push_back(kv_head);
  }
  return all;
}

const std::vector<TensorName>& activation_names() {
  using enum TensorScope;
  static const std::vector<TensorName> names = {
      {"embeddings", "[B, T, embed_dim]", "what enters the first layer", run, per_token},
      {context_name, "[B, S, embed_dim]", "with --context: what gives keys and values", run,
       [](Dims d) {
         return Shape{d.batch, d.keys, d.config.hidden_size};
       }},
      {"query", "[B, H, T, head_dim]", "queries after projection, norm and rotation", layer, per_query_head},
      {"key", "[B, H_kv, S, head_dim]", "keys likewise", layer, per_key_head},
      {"value", "[B, H_kv, S, head_dim]", "values after projection", layer, per_key_head},
      {"scores", "[B, H, T, S]", "query . key / sqrt(head_dim), biased, capped, -inf where masked", layer,
       map},
      {"weights", "[B, H, T, S]", "softmax of scores", layer, map},
      {"heads", "[B, H, T, head_dim]", "weights . value", layer, per_query_head},
      {"x", "[B, T, H * head_dim]", "heads side by side", layer,
       [](Dims d) {
         return Shape{d.batch, d.queries, d.config.attention().query_features()};
       }},
      {"output", "[B, T, embed_dim]", "after the output projection", layer, per_token},
      {hidden_name, "[B, T, embed_dim]", "with --model: what leaves the layer", layer, per_token},
      {final_name, "[B, T, embed_dim]", "with --model and its last layer: what leaves the model", run,
       [](Dims d) {
         return Shape{d.batch, d.queries,
                      d.config.projects_back ? d.config.embedding_size : d.config.hidden_size};
       }},
  };
  return names;
}

const std::vector<TensorName>& parameter_names() {
  using enum TensorScope;
  static const std::vector<TensorName> names = {
      {"query.weight", "[H * head_dim, embed_dim]", "the heads' query Linears, one below the other",
       parameter, query_weight},
      {"query.bias", "[H * head_dim]", "", parameter, query_bias},
      {"key.weight", "[H_kv * head_dim, embed_dim]", "the heads' key Linears", parameter, key_weight},
      {"key.bias", "[H_kv * head_dim]", "", parameter, key_bias},
      {"value.weight", "[H_kv * head_dim, embed_dim]", "the heads' value Linears", parameter, key_weight},
      {"value.bias", "[H_kv * head_dim]", "", parameter, key_bias},
      {"output.weight", "[embed_dim, H * head_dim]", "the output Linear", parameter,
       [](Dims d) {
         return Shape{d.config.hidden_size, d.config.attention().query_features()};
       }},
      {"output.bias", "[embed_dim]", "", parameter, [](Dims d) { return Shape{d.config.hidden_size}; }},
  };
  return names;
}

const std::vector<TensorName>& summary_names() {
  using enum TensorScope;
  static const std::vector<TensorName> names = {
      {"head_mean", "[B, T, S]", "mean of weights over the heads looked at", layer, map_of_all},
      {"layer_mean", "[B, T, S]", "mean of head_mean over the layers looked at", run, map_of_all},
      {rollout_name, "[B, T, S]", "attention rollout from the first layer to the last one looked at", run,
       map_of_all},
  };
  return names;
}

bool exists(const TensorName& tensor, const RunKind& kind) {
  if (kind.attention_alone()) {
    if (tensor.scope == TensorScope::parameter || is_among(around_attention, tensor.name)) return false;
    if (kind.feed == Feed::query_and_key && is_among(of_values, tensor.name)) return false;
  }
  if (tensor.name == context_name) return kind.cross_attention;
  if (tensor.name == rollout_name) return !kind.cross_attention;
  const bool whole_model = tensor.name == hidden_name || tensor.name == final_name;
  return kind.checkpoint ? tensor.scope != TensorScope::parameter : !whole_model;
}

std::vector<TensorKey> activations_of(const Dimensions& dimensions) {
  return keys_of(activation_names(), dimensions);
}

std::vector<TensorKey> tensors_of(const Dimensions& dimensions) {
  std::vector<TensorKey> keys = activations_of(dimensions);
  for (TensorKey& key : keys_of(parameter_names(), dimensions)) keys.push_back(std::move(key));
  return keys;
}

std::vector<TensorKey> summaries_of(const Dimensions& dimensions) {
  return keys_of(summary_names(), dimensions);
}

std::vector<TensorKey> find_tensors(std::string_view name, const Dimensions& dimensions) {
  check_tensor_name(name, dimensions.kind);
  std::vector<TensorKey> found;
  for (auto* list : {tensors_of, summaries_of}) {
    for (TensorKey& key : list(dimensions)) {
      if (key.key == name || key.tensor->name == name) found.push_back(std::move(key));
    }
  }
  if (!found.empty()) return found;
  if (const auto split = split_layer(name)) {
    const std::size_t count = dimensions.config.num_layers;
    if (split->layer >= count) {
      fail(Status::usage, "{}: there is no layer {}; the last is {}", utf8::printable(name), split->layer,
           count - 1);
    }
    fail(Status::usage, "{}: layer {} is not among those looked at; add it to --layers",
         utf8::printable(name), split->layer);
  }
  if (name == rollout_name) {
    fail(Status::usage, "rollout goes through every layer from the first on; add 0-{} to --layers",
         dimensions.layers.back());
  }
  fail(Status::usage, "{}: is there only with the last layer; add -1 to --layers", utf8::printable(name));
}

void check_tensor_name(std::string_view name, const RunKind& kind, std::span<const std::string_view> others) {
  const auto split = split_layer(name);
  const std::string_view wanted = split ? split->name : name;
  if (split && !kind.checkpoint) {
    fail(Status::usage, "{}: layers are numbered only with --model; say {}", utf8::printable(name),
         utf8::printable(wanted));
  }
  for (const auto* table : {&activation_names(), &parameter_names(), &summary_names()}) {
    for (const TensorName& tensor : *table) {
      const bool fits = !split || tensor.scope == TensorScope::layer;
      if (tensor.name == wanted && fits && exists(tensor, kind)) return;
    }
  }
  if (kind.attention_alone()) refuse_missing(wanted, kind);
  if (wanted == context_name) fail(Status::usage, "there is a tensor 'context' only with --context TEXT");
  if (wanted == rollout_name) {
    fail(Status::usage, "there is a tensor 'rollout' only of attention to the own text, not with --context");
  }
  if (!kind.checkpoint && (wanted == hidden_name || wanted == final_name)) {
    fail(Status::usage, "there is a tensor '{}' only with --model", wanted);
  }
  std::vector<std::string_view> names = names_of(kind);
  names.insert(names.end(), others.begin(), others.end());
  fail(Status::usage, "no tensor '{}'{}; there are: {}", utf8::printable(name), did_you_mean(wanted, names),
       fmt::join(names, ", "));
}

std::string_view short_name(std::string_view name) {
  const auto split = split_layer(name);
  return split ? split->name : name;
}

std::string tensor_key(std::string_view name, std::optional<std::size_t> layer) {
  return layer ? fmt::format("{}{}.{}", layer_prefix, *layer, name) : std::string(name);
}

}  // namespace mha
