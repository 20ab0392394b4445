#include "model/families.h"

#include <fmt/ranges.h>

#include <cmath>
#include <vector>

#include "base/nearest.h"
#include "base/utf8.h"
#include "model/attention_kinds.h"
#include "model/unsupported.h"

namespace mha {
namespace {

constexpr std::size_t max_layers = std::size_t{1} << 16;

/// Transformers would take null for the value, and fail.
void refuse_null(const ConfigFile& file, std::string_view key) {
  if (file.is_null(key)) fail(Status::data, "{} is null; it must have a value", file.label(key));
}

Setting setting_of(const ConfigFile& file, const SizeKey& key, std::size_t least) {
  if (key.name.empty()) return {key.otherwise, "", ""};
  std::vector<std::string_view> names = {key.name};
  if (!key.alias.empty()) names.push_back(key.alias);
  for (const std::string_view name : names) refuse_null(file, name);
  Setting setting = file.size(names, least);
  setting.by_default = !setting.value;
  if (setting.by_default) setting.value = key.otherwise;
  return setting;
}

std::size_t size_of(const ConfigFile& file, const SizeKey& key, std::size_t least = 1) {
  return require(setting_of(file, key, least));
}

Activation activation_of(const ConfigFile& file, const ConfigKeys& keys) {
  if (keys.hidden_act_key.empty()) return find_activation(keys.hidden_act, "");
  refuse_null(file, keys.hidden_act_key);
  return find_activation(file.text(keys.hidden_act_key).value_or(keys.hidden_act),
                         file.label(keys.hidden_act_key));
}

/// Layers that are run one after the other: each of those configured stands for `inner` of them.
std::size_t layers_of(const ConfigFile& file, const ConfigKeys& keys, std::size_t inner) {
  const std::size_t count = checked_product(size_of(file, keys.num_hidden_layers), inner, "layers");
  if (count <= max_layers) return count;
  fail(Status::limit, "{} makes {} layers; more than {} are not supported",
       file.label(keys.num_hidden_layers.name), count, max_layers);
}

double norm_epsilon_of(const ConfigFile& file, const ConfigKeys& keys) {
  if (keys.layer_norm_eps_key.empty()) return keys.layer_norm_eps;
  refuse_null(file, keys.layer_norm_eps_key);
  return file.positive_number(keys.layer_norm_eps_key).value_or(keys.layer_norm_eps);
}

void check_positions(const Config& config, const Wiring& wiring, const ConfigFile& file) {
  if (wiring.positions == PositionRule::index) return;
  if (config.pad_token_id + 1 < config.max_position_embeddings && config.pad_token_id < config.vocab_size)
    return;
  fail(Status::data,
       "{} is {}; positions begin behind it, so it must be below max_position_embeddings {} - 1"
       " and vocab_size {}",
       file.label("pad_token_id"), config.pad_token_id, config.max_position_embeddings, config.vocab_size);
}

/// Half of the buckets are for keys on either side; half of those for one distance each.
void check_buckets(const BucketKeys& keys, const BucketRule& rule, const ConfigFile& file) {
  if (rule.buckets % 2 == 0 && rule.buckets / 4 < rule.max_distance) return;
  fail(Status::data, "{} is {} and {} is {}; buckets must be even, and a quarter of them below the distance",
       file.label(keys.count.name), rule.buckets, keys.max_distance.name, rule.max_distance);
}

/// A size that may be absent or null, and then follows from others.
Setting derived_of(const ConfigFile& file, const DerivedKey& key, std::size_t derived) {
  if (key.name.empty()) return {derived, "", ""};
  Setting setting = file.size({{key.name}});
  setting.by_default = !setting.value;
  if (setting.by_default) setting.value = file.is_null(key.name) ? derived : key.otherwise.value_or(derived);
  return setting;
}

/// Features inside the feed-forward.
std::size_t intermediate_of(const ConfigFile& file, const ConfigKeys& keys, std::size_t hidden_size) {
  const std::string_view name = keys.intermediate_size.name;
  if (keys.intermediate_factor == 0) return size_of(file, keys.intermediate_size);
  const std::size_t derived = checked_product(keys.intermediate_factor, hidden_size, "features");
  return require(derived_of(file, {name, std::nullopt}, derived));
}

/// Heads and their features, which need not fill hidden_size where head_dim is said.
void read_heads(const ConfigKeys& keys, const ConfigFile& file, Config& config) {
  const Setting heads = setting_of(file, keys.num_attention_heads, 1);
  config.num_attention_heads = require(heads, max_heads);
  const Setting kv_heads = derived_of(file, keys.num_key_value_heads, config.num_attention_heads);
  config.num_key_value_heads = require(kv_heads, max_heads);
  require_divisor(kv_heads, heads, "");
  const bool said =
      !keys.head_dim.name.empty() &&
      (file.find(keys.head_dim.name) || (keys.head_dim.otherwise && !file.is_null(keys.head_dim.name)));
  if (!said) require_divisor(heads, setting_of(file, keys.hidden_size, 1), "");
  config.head_dim = require(derived_of(file, keys.head_dim, config.hidden_size / config.num_attention_heads));
}

}  // namespace

Activation find_activation(std::string_view name, const std::string& label) {
  std::vector<std::string_view> names;
  for (const ActivationName& known : known_activations) {
    if (known.name == name) return known.activation;
    names.push_back(known.name);
  }
  fail(Status::data, "{} is '{}', which is not supported{}; there are: {}", label, utf8::printable(name),
       did_you_mean(name, names), fmt::join(names, ", "));
}

ConfigFile text_config(ConfigFile file) {
  auto text = file.section("text_config");
  return text && text->find("model_type") ? *std::move(text) : std::move(file);
}

std::vector<std::string> prefixes_of(const Family& family) {
  std::vector<std::string> prefixes;
  if (!family.prefix.empty()) prefixes.emplace_back(family.prefix);
  if (family.wiring.causal) {
    for (const char* prefix : {"language_model.model.", "model.language_model.", "language_model."}) {
      prefixes.emplace_back(prefix);
    }
  }
  return prefixes;
}

const Family& find_family(const ConfigFile& file) {
  std::vector<std::string_view> names;
  for (const Family* family : all_families) names.push_back(family->model_type);
  const auto type = file.text("model_type");
  if (!type) {
    fail(Status::data, "{} is missing, so the kind of model is not known; there are: {}",
         file.label("model_type"), fmt::join(names, ", "));
  }
  for (const Family* family : all_families) {
    if (family->model_type == *type) return *family;
  }
  fail(Status::data, "{} is '{}', which is not supported{}; there are: {}", file.label("model_type"),
       utf8::printable(*type), did_you_mean(*type, names), fmt::join(names, ", "));
}

Config read_sizes(const Family& family, const ConfigFile& file) {
  const ConfigKeys& keys = family.config;
  Config config{.vocab_size = size_of(file, keys.vocab_size),
                .hidden_size = size_of(file, keys.hidden_size),
                .num_attention_heads = 0,
                .num_key_value_heads = 0,
                .head_dim = 0};
  read_heads(keys, file, config);
  const bool grouped = !keys.num_hidden_groups.name.empty();
  if (grouped) {
    config.num_hidden_groups = size_of(file, keys.num_hidden_groups);
    config.inner_group_num = size_of(file, keys.inner_group_num);
  }
  config.num_layers = layers_of(file, keys, config.inner_group_num);
  config.embedding_size = require(derived_of(file, keys.embedding_size, config.hidden_size));
  config.intermediate_size = intermediate_of(file, keys, config.hidden_size);
  config.max_position_embeddings = size_of(file, keys.max_position_embeddings);
  if (!keys.type_vocab_size.name.empty())
    config.type_vocab_size = size_of(file, keys.type_vocab_size, keys.least_types);
  if (family.wiring.positions == PositionRule::after_padding) {
    config.pad_token_id =
        family.wiring.padding_is_one ? 1 : size_of(file, {"pad_token_id", "", keys.pad_token_id}, 0);
  }
  config.layer_norm_eps = norm_epsilon_of(file, keys);
  if (!keys.buckets.count.name.empty()) {
    config.buckets.buckets = size_of(file, keys.buckets.count, 4);
    config.buckets.max_distance = size_of(file, keys.buckets.max_distance);
    check_buckets(keys.buckets, config.buckets, file);
  }
  check_positions(config, family.wiring, file);
  return config;
}

Description read_description(const Family& family, const ConfigFile& file) {
  refuse_unsupported(family, file);
  Description description{read_sizes(family, file), family.wiring};
  Config& config = description.config;
  config.hidden_act = activation_of(file, family.config);
  config.causal = family.wiring.causal && file.flag("is_causal", true);
  if (family.wiring.scales_embeddings)
    config.embedding_scale = std::sqrt(static_cast<double>(config.hidden_size));
  if (!family.wiring.scaled_scores) config.scale = 1;
  read_attention_kinds(family.config, file, config);
  if (family.adapt != nullptr) family.adapt(file, config, description.wiring);
  config.norms_before = !description.wiring.layer.feed_forward_norms.before.empty();
  config.norms_all_heads = !description.wiring.layer.query_norm.empty() && !description.wiring.norms_of_heads;
  config.projects_back = !description.wiring.final_projection.empty();
  const LayerNames& layer = description.wiring.layer;
  config.gated_feed_forward = !layer.gate.empty() || !layer.gate_and_intermediate.empty();
  return description;
}

}  // namespace mha
