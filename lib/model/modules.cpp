#include "model/modules.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace mha {
namespace {

/// Fills in a {placeholder}.
std::string with_number(std::string text, std::string_view placeholder, std::size_t number) {
  const std::size_t at = text.find(placeholder);
  if (at != std::string::npos) text.replace(at, placeholder.size(), fmt::format("{}", number));
  return text;
}

using Wired = const Wiring&;
using Sizes = const Config&;

template <std::string_view EmbeddingNames::*member>
std::string_view embedding(Wired wiring, Sizes) {
  return wiring.embeddings.*member;
}

template <std::string_view LayerNames::*member>
std::string_view layer(Wired wiring, Sizes) {
  return wiring.layer.*member;
}

/// A module that another may stand for.
template <std::string_view LayerNames::*member, std::string_view LayerNames::*fused>
std::string_view unless(Wired wiring, Sizes) {
  return (wiring.layer.*fused).empty() ? wiring.layer.*member : "";
}

template <NormNames LayerNames::*branch, std::string_view NormNames::*member>
std::string_view layer_norm(Wired wiring, Sizes) {
  return wiring.layer.*branch.*member;
}

std::string_view projection(Wired wiring, Sizes config) {
  const EmbeddingNames& names = wiring.embeddings;
  return names.projects_always || config.embedding_size != config.hidden_size ? names.projection : "";
}

template <std::size_t Config::*rows>
Shape table(Wired, Sizes config) {
  return {config.*rows, config.embedding_size};
}

Shape position_table(Wired wiring, Sizes config) {
  return {config.max_position_embeddings + wiring.position_offset,
          wiring.positions_last ? config.hidden_size : config.embedding_size};
}

template <std::size_t Config::*features>
Shape norm(Wired, Sizes config) {
  return {config.*features};
}

/// Of all heads, or of each the same.
template <std::size_t (AttentionShape::*features)() const>
Shape head_norm(Wired wiring, Sizes config) {
  return {wiring.norms_of_heads ? config.head_dim : (config.attention().*features)()};
}

template <std::size_t Config::*out, std::size_t Config::*in>
Shape linear(Wired, Sizes config) {
  return {config.*out, config.*in};
}

template <std::size_t (AttentionShape::*features)() const>
Shape heads(Wired, Sizes config) {
  return {(config.attention().*features)(), config.hidden_size};
}

}  // namespace

constexpr std::array<ModuleRole, role_count> module_roles = {{
    {Role::word, "embeddings.word", false, embedding<&EmbeddingNames::word>, table<&Config::vocab_size>,
     nullptr},
    {Role::position, "embeddings.position", false, embedding<&EmbeddingNames::position>, position_table,
     nullptr},
    {Role::token_type, "embeddings.token_type", false,
     [](Wired wiring, Sizes config) {
       return config.type_vocab_size > 0 ? wiring.embeddings.token_type : "";
     },
     table<&Config::type_vocab_size>, nullptr},
    {Role::embedding_norm, "embeddings.norm", false, embedding<&EmbeddingNames::norm>,
     [](Wired wiring, Sizes config) {
       return Shape{wiring.embeddings.projects_first ? config.hidden_size : config.embedding_size};
     },
     &Biases::norms},
    {Role::projection, "embeddings.projection", false, projection,
     linear<&Config::hidden_size, &Config::embedding_size>, &Biases::projection},
    {Role::relative_bias, "relative_bias", false, [](Wired wiring, Sizes) { return wiring.relative_bias; },
     [](Wired, Sizes config) {
       return Shape{config.buckets.buckets, config.num_attention_heads};
     },
     nullptr},
    {Role::relative_embeddings, "relative_embeddings", false,
     [](Wired wiring, Sizes) { return wiring.relative_embeddings; },
     [](Wired, Sizes config) {
       return Shape{2 * config.relative_positions.value_or(LogBuckets()).span(), config.hidden_size};
     },
     nullptr},
    {Role::relative_norm, "relative_norm", false, [](Wired wiring, Sizes) { return wiring.relative_norm; },
     norm<&Config::hidden_size>, &Biases::norms},
    {Role::attention_input_norm, "attention_input_norm", true,
     layer_norm<&LayerNames::attention_norms, &NormNames::before>, norm<&Config::hidden_size>,
     &Biases::norms},
    {Role::query, "query", true, unless<&LayerNames::query, &LayerNames::query_key_value>,
     heads<&AttentionShape::query_features>, &Biases::query_key_value},
    {Role::key, "key", true, unless<&LayerNames::key, &LayerNames::query_key_value>,
     heads<&AttentionShape::key_features>, &Biases::query_key_value},
    {Role::value, "value", true, unless<&LayerNames::value, &LayerNames::query_key_value>,
     heads<&AttentionShape::key_features>, &Biases::query_key_value},
    {Role::query_key_value, "query_key_value", true, layer<&LayerNames::query_key_value>,
     [](Wired, Sizes config) {
       const AttentionShape shape = config.attention();
       return Shape{shape.query_features() + 2 * shape.key_features(), config.hidden_size};
     },
     &Biases::query_key_value},
    {Role::query_norm, "query_norm", true, layer<&LayerNames::query_norm>,
     head_norm<&AttentionShape::query_features>, &Biases::norms},
    {Role::key_norm, "key_norm", true, layer<&LayerNames::key_norm>, head_norm<&AttentionShape::key_features>,
     &Biases::norms},
    {Role::position_key, "position_key", true,
     [](Wired wiring, Sizes config) { return config.content_to_position ? wiring.layer.position_key : ""; },
     heads<&AttentionShape::key_features>, &Biases::query_key_value},
    {Role::position_query, "position_query", true,
     [](Wired wiring, Sizes config) { return config.position_to_content ? wiring.layer.position_query : ""; },
     heads<&AttentionShape::query_features>, &Biases::query_key_value},
    {Role::output, "output", true, layer<&LayerNames::output>,
     [](Wired, Sizes config) {
       return Shape{config.hidden_size, config.attention().query_features()};
     },
     &Biases::output},
    {Role::attention_branch_norm, "attention_branch_norm", true,
     layer_norm<&LayerNames::attention_norms, &NormNames::behind>, norm<&Config::hidden_size>,
     &Biases::norms},
    {Role::attention_norm, "attention_norm", true,
     layer_norm<&LayerNames::attention_norms, &NormNames::after>, norm<&Config::hidden_size>, &Biases::norms},
    {Role::feed_forward_input_norm, "feed_forward_input_norm", true,
     layer_norm<&LayerNames::feed_forward_norms, &NormNames::before>, norm<&Config::hidden_size>,
     &Biases::norms},
    {Role::gate, "gate", true, unless<&LayerNames::gate, &LayerNames::gate_and_intermediate>,
     linear<&Config::intermediate_size, &Config::hidden_size>, &Biases::intermediate},
    {Role::intermediate, "intermediate", true,
     unless<&LayerNames::intermediate, &LayerNames::gate_and_intermediate>,
     linear<&Config::intermediate_size, &Config::hidden_size>, &Biases::intermediate},
    {Role::gate_and_intermediate, "gate_and_intermediate", true, layer<&LayerNames::gate_and_intermediate>,
     [](Wired, Sizes config) {
       return Shape{2 * config.intermediate_size, config.hidden_size};
     },
     &Biases::intermediate},
    {Role::feed_forward, "feed_forward", true, layer<&LayerNames::feed_forward>,
     linear<&Config::hidden_size, &Config::intermediate_size>, &Biases::feed_forward},
    {Role::feed_forward_branch_norm, "feed_forward_branch_norm", true,
     layer_norm<&LayerNames::feed_forward_norms, &NormNames::behind>, norm<&Config::hidden_size>,
     &Biases::norms},
    {Role::output_norm, "output_norm", true, layer_norm<&LayerNames::feed_forward_norms, &NormNames::after>,
     norm<&Config::hidden_size>, &Biases::norms},
    {Role::final_norm, "final_norm", false, [](Wired wiring, Sizes) { return wiring.final_norm; },
     norm<&Config::hidden_size>, &Biases::norms},
    {Role::final_projection, "final_projection", false,
     [](Wired wiring, Sizes) { return wiring.final_projection; },
     linear<&Config::embedding_size, &Config::hidden_size>, &Biases::projection},
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
  if (role == Role::attention_input_norm && layer == 0 && !wiring.first_before) return std::nullopt;
  if (part.bias == &Biases::norms && !wiring.norm_weights) return std::nullopt;
  const std::string full = (part.in_layer ? layer_scope(config, wiring, layer) : "") + std::string(name);
  Module module{role, {full + ".weight", part.shape(wiring, config)}, {}};
  if (part.bias != nullptr && wiring.biases.*part.bias) {
    module.bias = {full + ".bias", {module.weight.shape.front()}};
  }
  if (part.in_layer && wiring.transposed) std::ranges::reverse(module.weight.shape);
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
