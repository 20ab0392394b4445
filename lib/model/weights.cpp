#include "model/weights.h"

#include <fmt/format.h>

#include <set>
#include <string_view>
#include <utility>

#include "attention/position.h"

namespace mha {
namespace {

/// Fills in a {placeholder}.
std::string with_number(std::string text, std::string_view placeholder, std::size_t number) {
  const std::size_t at = text.find(placeholder);
  if (at != std::string::npos) text.replace(at, placeholder.size(), fmt::format("{}", number));
  return text;
}

/// "encoder.layer.3."
std::string scope_of(const Model& model, std::size_t layer) {
  const Config& config = model.config;
  const std::size_t step = layer / config.inner_group_num;
  const std::size_t steps = config.num_layers / config.inner_group_num;
  // As AlbertTransformer.forward in modeling_albert.py has it, in the same floating point.
  const auto group =
      static_cast<std::size_t>(static_cast<double>(step) /
                               (static_cast<double>(steps) / static_cast<double>(config.num_hidden_groups)));
  std::string scope(model.wiring.layer.scope);
  scope = with_number(std::move(scope), "{layer}", layer);
  scope = with_number(std::move(scope), "{group}", group);
  return with_number(std::move(scope), "{inner}", layer % config.inner_group_num);
}

Linear linear_of(const Model& model, const std::string& name, std::size_t out, std::size_t in) {
  return {model.weights->get(name + ".weight", {out, in}), model.weights->get(name + ".bias", {out})};
}

Norm norm_of(const Model& model, const std::string& name, std::size_t features) {
  return {model.weights->get(name + ".weight", {features}), model.weights->get(name + ".bias", {features}),
          model.config.layer_norm_eps};
}

bool has_projection(const Model& model) {
  const EmbeddingNames& names = model.wiring.embeddings;
  return !names.projection.empty() &&
         (names.projects_always || model.config.embedding_size != model.config.hidden_size);
}

/// Names of the tensors of a module: a table has no bias.
void add_names(std::set<std::string>& names, const std::string& scope, std::string_view module) {
  if (module.empty()) return;
  for (const char* part : {".weight", ".bias"}) names.insert(fmt::format("{}{}{}", scope, module, part));
}

std::set<std::string> tensors_in_use(const Model& model) {
  std::set<std::string> names;
  const EmbeddingNames& e = model.wiring.embeddings;
  for (std::string_view module : {e.word, e.position, e.token_type, e.norm, model.wiring.relative_bias}) {
    add_names(names, "", module);
  }
  if (has_projection(model)) add_names(names, "", e.projection);
  const LayerNames& l = model.wiring.layer;
  for (std::size_t layer = 0; layer < model.config.num_layers; ++layer) {
    const std::string scope = scope_of(model, layer);
    for (std::string_view module : {l.query, l.key, l.value, l.output, l.attention_norm, l.intermediate,
                                    l.feed_forward, l.output_norm}) {
      add_names(names, scope, module);
    }
  }
  return names;
}

}  // namespace

AttentionWeights attention_weights(const Model& model, std::size_t layer, AttentionStage stage) {
  const AttentionShape shape = model.config.attention();
  const std::string scope = scope_of(model, layer);
  const LayerNames& names = model.wiring.layer;
  const auto linear = [&](std::string_view name, std::size_t out, std::size_t in) {
    return linear_of(model, scope + std::string(name), out, in);
  };
  AttentionWeights weights;
  weights.query = linear(names.query, shape.query_features(), shape.embed_dim);
  weights.key = linear(names.key, shape.key_features(), shape.embed_dim);
  if (stage >= AttentionStage::heads)
    weights.value = linear(names.value, shape.key_features(), shape.embed_dim);
  if (stage >= AttentionStage::output) {
    weights.output = linear(names.output, shape.embed_dim, shape.query_features());
  }
  return weights;
}

FeedForward feed_forward_weights(const Model& model, std::size_t layer) {
  const std::string scope = scope_of(model, layer);
  const LayerNames& names = model.wiring.layer;
  const std::size_t size = model.config.hidden_size, inner = model.config.intermediate_size;
  const auto full = [&](std::string_view name) { return scope + std::string(name); };
  return {.attention_norm = norm_of(model, full(names.attention_norm), size),
          .intermediate = linear_of(model, full(names.intermediate), inner, size),
          .output = linear_of(model, full(names.feed_forward), size, inner),
          .output_norm = norm_of(model, full(names.output_norm), size)};
}

EmbeddingWeights embedding_weights(const Model& model) {
  const EmbeddingNames& names = model.wiring.embeddings;
  const std::size_t size = model.config.embedding_size;
  EmbeddingWeights weights;
  if (!names.norm.empty()) weights.norm = norm_of(model, std::string(names.norm), size);
  if (has_projection(model)) {
    weights.projection = linear_of(model, std::string(names.projection), model.config.hidden_size, size);
  }
  return weights;
}

std::optional<TensorView> relative_bias(const Model& model) {
  if (model.wiring.relative_bias.empty()) return std::nullopt;
  return model.weights->get(std::string(model.wiring.relative_bias) + ".weight",
                            {relative_buckets, model.config.num_attention_heads});
}

std::vector<std::string> unused_tensors(const Model& model) {
  std::set<std::string, std::less<>> used;
  for (const std::string& name : tensors_in_use(model)) {
    if (auto stored = model.weights->stored_name(name)) used.insert(*std::move(stored));
  }
  std::vector<std::string> unused;
  for (std::string_view name : model.weights->names()) {
    if (used.find(name) == used.end()) unused.emplace_back(name);
  }
  return unused;
}

bool has_relative_positions(const Model& model) {
  return model.weights->contains(
      fmt::format("{}{}.weight", scope_of(model, 0), model.wiring.layer.relative_positions));
}

bool has_layer(const Model& model, std::size_t layer) {
  return model.weights->contains(
      fmt::format("{}{}.weight", scope_of(model, layer), model.wiring.layer.query));
}

std::size_t layers_present(const Model& model) {
  std::size_t count = 0;
  while (count < model.config.num_layers && has_layer(model, count)) ++count;
  return count;
}

}  // namespace mha
