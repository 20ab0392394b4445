#include "model/config.h"

#include <fmt/ranges.h>

#include <filesystem>
#include <span>
#include <vector>

#include "base/folder.h"
#include "base/nearest.h"
#include "base/utf8.h"
#include "model/config_file.h"

namespace mha {
namespace {

/// Draws of the generator for one embedding: PyTorch would need 256 GiB for it.
constexpr std::size_t max_embedding = std::size_t{1} << 36;

/// Of the norms of queries and keys, as Qwen3 has it.
constexpr double norm_epsilon = 1e-6;

struct Settings {
  Setting vocab_size, hidden_size, num_heads, num_kv_heads, head_dim;
};

/// The keys that families use for one size, the most common first.
struct Key {
  Setting Settings::*setting;
  std::vector<std::string_view> names;
};

const std::vector<Key>& keys() {
  static const std::vector<Key> all = {
      {&Settings::vocab_size, {"vocab_size"}},
      {&Settings::hidden_size, {"hidden_size", "n_embd", "d_model", "dim"}},
      {&Settings::num_heads, {"num_attention_heads", "n_head", "n_heads", "num_heads"}},
      {&Settings::num_kv_heads, {"num_key_value_heads"}},
      {&Settings::head_dim, {"head_dim", "d_kv"}},
  };
  return all;
}

/// A file as it is, or config.json in a folder.
std::string file_of(const std::string& path) {
  return is_folder(path) ? (std::filesystem::path(path) / "config.json").string() : path;
}

Settings read_file_settings(const std::string& path) {
  const ConfigFile file(file_of(path));
  Settings settings;
  for (const Key& key : keys()) settings.*key.setting = file.size(key.names);
  return settings;
}

Settings preset_settings(const Preset& preset) {
  const std::string source = std::string(preset.name) + ": ";
  return {.vocab_size = {preset.vocab_size, source, "vocab_size"},
          .hidden_size = {preset.hidden_size, source, "hidden_size"},
          .num_heads = {preset.num_attention_heads, source, "num_attention_heads"},
          .num_kv_heads = {std::nullopt, source, "num_key_value_heads"},
          .head_dim = {std::nullopt, source, "head_dim"}};
}

Settings base_settings(const std::string& config) {
  std::vector<std::string_view> names;
  for (const Preset& preset : presets) {
    if (preset.name == config) return preset_settings(preset);
    names.push_back(preset.name);
  }
  const bool looks_like_file = config.find_first_of("/.") != std::string::npos;
  std::error_code error;
  const bool absent =
      std::filesystem::symlink_status(config, error).type() == std::filesystem::file_type::not_found;
  if (looks_like_file || !absent) return read_file_settings(config);
  fail(Status::usage, "--config {}: no such preset or file{}; presets: {}", utf8::printable(config),
       did_you_mean(config, names), fmt::join(names, ", "));
}

void apply(const LayerChoice& layer, Config& config) {
  config.scale = layer.scale;
  config.softcap = layer.softcap;
  config.layer_norm_eps = norm_epsilon;
  config.buckets.bidirectional = !layer.one_sided;
  if (layer.rope_theta && layer.positions != PositionChoice::rotary) {
    fail(Status::usage, "--rope-theta goes with --positions rotary");
  }
  if (layer.positions != PositionChoice::rotary) return;
  if (config.head_dim % 2 != 0) {
    fail(Status::usage,
         "--positions rotary turns pairs of features, but head_dim is {}; give an even --head-dim",
         config.head_dim);
  }
  config.attention_kinds.front().rotary =
      RopeParameters{.theta = layer.rope_theta.value_or(default_rope_theta), .dims = config.head_dim};
}

}  // namespace

Config load_config(const ConfigRequest& request) {
  Settings settings = base_settings(request.config.value_or(std::string(default_preset)));
  settings.vocab_size.override_by(request.vocab_size, "--vocab-size");
  settings.hidden_size.override_by(request.hidden_size, request.hidden_size_source.c_str());
  settings.num_heads.override_by(request.num_heads, "--num-heads");
  settings.num_kv_heads.override_by(request.num_kv_heads, "--num-kv-heads");
  settings.head_dim.override_by(request.head_dim, "--head-dim");

  Config config{.vocab_size = require(settings.vocab_size),
                .hidden_size = require(settings.hidden_size),
                .num_attention_heads = require(settings.num_heads, max_heads),
                .num_key_value_heads = 0,
                .head_dim = 0};
  if (!settings.num_kv_heads.value) settings.num_kv_heads.value = config.num_attention_heads;
  config.num_key_value_heads = require(settings.num_kv_heads, max_heads);
  require_divisor(settings.num_kv_heads, settings.num_heads, "");
  if (!settings.head_dim.value) {
    require_divisor(settings.num_heads, settings.hidden_size, "; or give --head-dim");
    settings.head_dim.value = config.hidden_size / config.num_attention_heads;
  }
  config.head_dim = require(settings.head_dim);
  if (config.vocab_size * config.hidden_size > max_embedding) {
    fail(Status::limit,
         "an embedding of {} x {} has more than {} numbers; give a smaller vocab_size or hidden_size",
         config.vocab_size, config.hidden_size, max_embedding);
  }
  apply(request.layer, config);
  return config;
}

}  // namespace mha
