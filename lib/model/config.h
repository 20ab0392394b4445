// What kind of model: its sizes, from a preset or a config.json, checked once.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "attention/disentangled.h"
#include "attention/layer.h"
#include "attention/position.h"
#include "attention/rotary.h"
#include "kernel/activation.h"

namespace mha {

/// What layers of one kind attend to.
struct AttentionKind {
  std::string_view name;              ///< "full_attention", "sliding_attention"
  std::optional<std::size_t> window;  ///< as Mask has it
  std::optional<RopeParameters> rotary;
};

/// What keeps a model from being run beyond a layer.
struct UnsupportedPart {
  std::size_t layer;
  bool has_attention;  ///< the layer's attention is computed still
  std::string why;
};

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
  bool gated_feed_forward = false;    ///< a gate beside the intermediate
  bool norms_before = false;          ///< a norm's result enters a branch, beside what the norm read
  bool norms_all_heads = false;  ///< queries and keys of all heads have one norm, so they are held together
  bool projects_back = false;    ///< what leaves the model has embedding_size features

  bool causal = false;
  std::optional<double> scale = std::nullopt;    ///< of scores; else 1 / sqrt(head_dim)
  bool scale_by_layer = false;                   ///< scores of layer i are divided by i + 1 too
  std::optional<double> softcap = std::nullopt;  ///< bound of scores
  std::optional<double> embedding_scale = std::nullopt;
  BucketRule buckets = {};                                        ///< of a bias by distance
  std::optional<LogBuckets> relative_positions = std::nullopt;    ///< with embeddings of their own
  bool content_to_position = false, position_to_content = false;  ///< products that scores are sums of
  std::vector<AttentionKind> attention_kinds = {{}};
  std::vector<std::uint8_t> layer_kinds = {};  ///< the kind of each layer; empty: the first of all
  std::optional<UnsupportedPart> unsupported = std::nullopt;

  const AttentionKind& attention_of(std::size_t layer) const { return attention_kinds[kind_of(layer)]; }
  bool has_windows() const {
    return std::ranges::any_of(attention_kinds,
                               [](const AttentionKind& kind) { return kind.window.has_value(); });
  }
  std::size_t kind_of(std::size_t layer) const { return layer_kinds.empty() ? 0 : layer_kinds[layer]; }

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

/// Where the single layer of random weights gets the order of its tokens from.
enum class PositionChoice { none, rotary, alibi, t5 };

struct PositionName {
  std::string_view name;
  PositionChoice choice;
  std::string_view meaning;
};

inline constexpr PositionName position_names[] = {
    {"none", PositionChoice::none, "nowhere: tokens are a set"},
    {"rotary", PositionChoice::rotary, "queries and keys are rotated by their positions"},
    {"alibi", PositionChoice::alibi, "scores fall with the distance, in each head at its own slope"},
    {"t5", PositionChoice::t5, "a bias for each head and bucket of distances"},
};

/// What the single layer does beyond softmax(Q K^T / sqrt(head_dim)) V.
struct LayerChoice {
  PositionChoice positions = PositionChoice::none;
  std::optional<double> rope_theta, softcap, scale;
  bool qk_norm = false;
  bool one_sided = false;  ///< the buckets of t5 are all for keys before the query
};

/// What the user asked for: a preset or file, sizes that override it, and what else the layer does.
struct ConfigRequest {
  std::optional<std::string> config = std::nullopt;  ///< if none is named: default_preset
  std::optional<std::size_t> hidden_size, num_heads, num_kv_heads, head_dim, vocab_size;
  std::string hidden_size_source = "--hidden-size";  ///< for errors
  LayerChoice layer = {};
};

inline constexpr double default_rope_theta = 10000;

/// The configuration of one layer of random weights, complete and consistent. head_dim is hidden_size /
/// num_attention_heads and num_key_value_heads is num_attention_heads where nothing says otherwise. Throws
/// Error: usage for an unknown preset or sizes given as options that do not fit, data for a file that does
/// not hold them, io for one that cannot be read, limit for sizes beyond what a run can count.
Config load_config(const ConfigRequest& request);

}  // namespace mha
