#include "model/modules.h"

#include <fmt/format.h>

#include <map>
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

template <std::string_view EmbeddingNames::*member>
std::string_view embedding(const Wiring& wiring, const Config&) {
  return wiring.embeddings.*member;
}

template <std::string_view LayerNames::*member>
std::string_view layer(const Wiring& wiring, const Config&) {
  return wiring.layer.*member;
}

std::string_view projection(const Wiring& wiring, const Config& config) {
  const EmbeddingNames& names = wiring.embeddings;
  return names.projects_always || config.embedding_size != config.hidden_size ? names.projection : "";
}

template <std::size_t Config::*rows>
Shape table(const Config& config) {
  return {config.*rows, config.embedding_size};
}

template <std::size_t Config::*features>
Shape norm(const Config& config) {
  return {config.*features};
}

template <std::size_t Config::*out, std::size_t Config::*in>
Shape linear(const Config& config) {
  return {config.*out, config.*in};
}

Shape key_shape(const Config& config) { return {config.attention().key_features(), config.hidden_size}; }

}  // namespace

constexpr std::array<ModuleRole, role_count> module_roles = {{
    {Role::word, "embeddings.word", false, false, embedding<&EmbeddingNames::word>,
     table<&Config::vocab_size>},
    {Role::position, "embeddings.position", false, false, embedding<&EmbeddingNames::position>,
     table<&Config::max_position_embeddings>},
    {Role::token_type, "embeddings.token_type", false, false, embedding<&EmbeddingNames::token_type>,
     table<&Config::type_vocab_size>},
    {Role::embedding_norm, "embeddings.norm", false, true, embedding<&EmbeddingNames::norm>,
     norm<&Config::embedding_size>},
    {Role::projection, "embeddings.projection", false, true, projection,
     linear<&Config::hidden_size, &Config::embedding_size>},
    {Role::relative_bias, "relative_bias", false, false,
     [](const Wiring& wiring, const Config&) { return wiring.relative_bias; },
     [](const Config& config) {
       return Shape{relative_buckets, config.num_attention_heads};
     }},
    {Role::query, "query", true, true, layer<&LayerNames::query>,
     [](const Config& config) {
       return Shape{config.attention().query_features(), config.hidden_size};
     }},
    {Role::key, "key", true, true, layer<&LayerNames::key>, key_shape},
    {Role::value, "value", true, true, layer<&LayerNames::value>, key_shape},
    {Role::output, "output", true, true, layer<&LayerNames::output>,
     [](const Config& config) {
       return Shape{config.hidden_size, config.attention().query_features()};
     }},
    {Role::attention_norm, "attention_norm", true, true, layer<&LayerNames::attention_norm>,
     norm<&Config::hidden_size>},
    {Role::intermediate, "intermediate", true, true, layer<&LayerNames::intermediate>,
     linear<&Config::intermediate_size, &Config::hidden_size>},
    {Role::feed_forward, "feed_forward", true, true, layer<&LayerNames::feed_forward>,
     linear<&Config::hidden_size, &Config::intermediate_size>},
    {Role::output_norm, "output_norm", true, true, layer<&LayerNames::output_norm>,
     norm<&Config::hidden_size>},
}};

const ModuleRole& info(Role role) { return module_roles[static_cast<std::size_t>(role)]; }

std::string layer_scope(const Config& config, const Wiring& wiring, std::size_t layer) {
  const std::size_t step = layer / config.inner_group_num;
  const std::size_t steps = config.num_layers / config.inner_group_num;
  // As AlbertTransformer.forward in modeling_albert.py has it, in the same floating point.
  const auto group =
      static_cast<std::size_t>(static_cast<double>(step) /
                               (static_cast<double>(steps) / static_cast<double>(config.num_hidden_groups)));
  std::string scope(wiring.layer.scope);
  scope = with_number(std::move(scope), "{layer}", layer);
  scope = with_number(std::move(scope), "{group}", group);
  return with_number(std::move(scope), "{inner}", layer % config.inner_group_num);
}

std::optional<Module> module_of(const Config& config, const Wiring& wiring, Role role, std::size_t layer) {
  const ModuleRole& part = info(role);
  const std::string_view name = part.module(wiring, config);
  if (name.empty()) return std::nullopt;
  const std::string full = (part.in_layer ? layer_scope(config, wiring, layer) : "") + std::string(name);
  Module module{{full + ".weight", part.shape(config)}, {}};
  if (part.has_bias) module.bias = {full + ".bias", {module.weight.shape.front()}};
  return module;
}

std::vector<std::vector<std::size_t>> layers_sharing(const Config& config, const Wiring& wiring) {
  std::vector<std::vector<std::size_t>> sharing;
  std::map<std::string, std::size_t> places;
  for (std::size_t layer = 0; layer < config.num_layers; ++layer) {
    const auto [place, is_new] = places.try_emplace(layer_scope(config, wiring, layer), sharing.size());
    if (is_new) sharing.emplace_back();
    sharing[place->second].push_back(layer);
  }
  return sharing;
}

}  // namespace mha
