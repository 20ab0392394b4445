// What kind of model: its sizes, from a preset or a config.json, checked once.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "attention/layer.h"

namespace mha {

/// Sizes under the names of Hugging Face's config.json.
struct Config {
  std::size_t vocab_size;
  std::size_t hidden_size;
  std::size_t num_attention_heads;
  std::size_t num_key_value_heads;
  std::size_t head_dim;

  AttentionShape attention() const {
    return {hidden_size, num_attention_heads, num_key_value_heads, head_dim};
  }
};

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
  std::string config{default_preset};
  std::optional<std::size_t> hidden_size, num_heads, num_kv_heads, head_dim, vocab_size;
};

/// The configuration, complete and consistent. head_dim is hidden_size / num_attention_heads and
/// num_key_value_heads is num_attention_heads where nothing says otherwise. Throws Error: usage for an
/// unknown preset or sizes given as options that do not fit, data for a file that does not hold them, io for
/// one that cannot be read, limit for sizes beyond what a run can count.
Config load_config(const ConfigRequest& request);

}  // namespace mha
