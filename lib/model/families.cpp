#include "model/families.h"

#include <fmt/ranges.h>

#include <vector>

#include "base/nearest.h"
#include "base/utf8.h"
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
  refuse_null(file, keys.hidden_act_key);
  const std::string_view name = file.text(keys.hidden_act_key).value_or(keys.hidden_act);
  std::vector<std::string_view> names;
  for (const ActivationName& known : known_activations) {
    if (known.name == name) return known.activation;
    names.push_back(known.name);
  }
  fail(Status::data, "{} is '{}', which is not supported{}; there are: {}", file.label(keys.hidden_act_key),
       utf8::printable(name), did_you_mean(name, names), fmt::join(names, ", "));
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

}  // namespace

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
  const Setting hidden_size = setting_of(file, keys.hidden_size, 1);
  const Setting heads = setting_of(file, keys.num_attention_heads, 1);
  Config config{.vocab_size = size_of(file, keys.vocab_size),
                .hidden_size = require(hidden_size),
                .num_attention_heads = require(heads, max_heads),
                .num_key_value_heads = *heads.value,
                .head_dim = 0};
  require_divisor(heads, hidden_size, "");
  config.head_dim = config.hidden_size / config.num_attention_heads;
  const bool grouped = !keys.num_hidden_groups.name.empty();
  if (grouped) {
    config.num_hidden_groups = size_of(file, keys.num_hidden_groups);
    config.inner_group_num = size_of(file, keys.inner_group_num);
  }
  config.num_layers = layers_of(file, keys, config.inner_group_num);
  config.embedding_size =
      keys.embedding_size.name.empty() ? config.hidden_size : size_of(file, keys.embedding_size);
  config.intermediate_size = size_of(file, keys.intermediate_size);
  config.max_position_embeddings = size_of(file, keys.max_position_embeddings);
  if (!keys.type_vocab_size.name.empty()) config.type_vocab_size = size_of(file, keys.type_vocab_size);
  if (family.wiring.positions == PositionRule::after_padding) {
    config.pad_token_id =
        family.wiring.padding_is_one ? 1 : size_of(file, {"pad_token_id", "", keys.pad_token_id}, 0);
  }
  config.layer_norm_eps = norm_epsilon_of(file, keys);
  check_positions(config, family.wiring, file);
  return config;
}

Config read_config(const Family& family, const ConfigFile& file) {
  refuse_unsupported(family, file);
  Config config = read_sizes(family, file);
  config.hidden_act = activation_of(file, family.config);
  return config;
}

}  // namespace mha
