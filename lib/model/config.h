// What kind of model: its sizes, from a preset or a config.json, checked once.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "attention/layer.h"
#include "kernel/activation.h"

namespace mha {

/// Sizes under the names of Hugging Face's config.json. Those of the second part are of whole encoders only.
struct Config {
  std::size_t vocab_size;
  std::size_t hidden_size;
  std::size_t num_attention_heads;
  std::size_t num_key_value_heads;
  std::size_t head_dim;

  std::size_t num_layers = 1;      ///< that are run one after the other
  std::size_t embedding_size = 0;  ///< features of an embedding row before its projection
  std::size_t intermediate_size = 0;
  std::size_t max_position_embeddings = 0;
  std::size_t type_vocab_size = 0;  ///< 0 for a family without token types
  std::size_t pad_token_id = 0;
  double layer_norm_eps = 0;
  Activation hidden_act = Activation::gelu;
  std::size_t num_hidden_groups = 1;  ///< sets of weights that the layers share
  std::size_t inner_group_num = 1;    ///< layers of a set

  AttentionShape attention() const {
    return {hidden_size, num_attention_heads, num_key_value_heads, head_dim};
  }
};

/// Heads that a run can have: each is work of its own.
inline constexpr std::size_t max_heads = std::size_t{1} << 16;

/// A configuration known by name.
struct Preset {
  std::string_view name;
  std::size_t vocab_size, hidden_size, num_attention_heads;
};

inline constexpr Preset presets[] = {
    {"bert-base-uncased", 30522, 768, 12},
    {"bert-large-uncased", 30522, 1024, 16},
    {"bert-tiny-uncased", 30522, 128, 2},
};
inline constexpr std::string_view default_preset = "bert-base-uncased";

/// What the user asked for: a preset or file, and sizes that override it.
struct ConfigRequest {
  std::optional<std::string> config = std::nullopt;  ///< if none is named: default_preset
  std::optional<std::size_t> hidden_size, num_heads, num_kv_heads, head_dim, vocab_size;
  std::string hidden_size_source = "--hidden-size";  ///< for errors
};

/// The configuration of one layer of random weights, complete and consistent. head_dim is hidden_size /
/// num_attention_heads and num_key_value_heads is num_attention_heads where nothing says otherwise. Throws
/// Error: usage for an unknown preset or sizes given as options that do not fit, data for a file that does
/// not hold them, io for one that cannot be read, limit for sizes beyond what a run can count.
Config load_config(const ConfigRequest& request);

}  // namespace mha
