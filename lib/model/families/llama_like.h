// What LLaMA and the families after it have in common: pre-norm by RMSNorm, rotated queries and keys, grouped
// heads, a gated feed-forward.
#pragma once

#include "model/family.h"

namespace mha::families {

inline constexpr LayerNames llama_layer = {
    .scope = "layers.{layer}.",
    .query = "self_attn.q_proj",
    .key = "self_attn.k_proj",
    .value = "self_attn.v_proj",
    .output = "self_attn.o_proj",
    .attention_norms = {.before = "input_layernorm", .behind = "", .after = ""},
    .gate = "mlp.gate_proj",
    .intermediate = "mlp.up_proj",
    .feed_forward = "mlp.down_proj",
    .feed_forward_norms = {.before = "post_attention_layernorm", .behind = "", .after = ""},
    .relative_positions = ""};

inline constexpr Biases no_biases = {.query_key_value = false,
                                     .output = false,
                                     .intermediate = false,
                                     .feed_forward = false,
                                     .norms = false,
                                     .projection = false};

/// Of layers as given.
constexpr Wiring llama_wiring(const LayerNames& layer = llama_layer) {
  return {.embeddings = {.word = "embed_tokens", .position = "", .token_type = "", .norm = ""},
          .layer = layer,
          .biases = no_biases,
          .types_of_pairs = false,
          .norm = NormKind::rms,
          .final_norm = "norm",
          .causal = true};
}

/// Keys that all of them have; sizes are those of a model of 7 billion parameters unless a family says
/// others.
constexpr ConfigKeys llama_keys() {
  return {.vocab_size = {"vocab_size", "", 32000},
          .hidden_size = {"hidden_size", "", 4096},
          .num_hidden_layers = {"num_hidden_layers", "", 32},
          .num_attention_heads = {"num_attention_heads", "", 32},
          .num_key_value_heads = {"num_key_value_heads"},
          .head_dim = {"head_dim"},
          .intermediate_size = {"intermediate_size", "", 11008},
          .max_position_embeddings = {"max_position_embeddings", "", 2048},
          .type_vocab_size = {},
          .hidden_act = "silu",
          .layer_norm_eps_key = "rms_norm_eps",
          .layer_norm_eps = 1e-6,
          .rotary = {.rotates = true}};
}

/// The layer with norms of each head's queries and keys.
constexpr LayerNames with_head_norms(LayerNames layer) {
  layer.query_norm = "self_attn.q_norm";
  layer.key_norm = "self_attn.k_norm";
  return layer;
}

/// Of Mistral, and of Mixtral beside it.
constexpr ConfigKeys mistral_keys() {
  ConfigKeys keys = llama_keys();
  keys.num_key_value_heads.otherwise = 8;
  keys.intermediate_size.otherwise = 14336;
  keys.max_position_embeddings.otherwise = 131072;
  keys.window = {.key = "sliding_window", .otherwise = 4096};
  return keys;
}

/// Of Qwen2 and what came after it: windows in the later layers if they are turned on.
constexpr ConfigKeys qwen_keys() {
  ConfigKeys keys = llama_keys();
  keys.vocab_size.otherwise = 151936;
  keys.num_key_value_heads.otherwise = 32;
  keys.intermediate_size.otherwise = 22016;
  keys.max_position_embeddings.otherwise = 32768;
  keys.window = {.key = "sliding_window",
                 .otherwise = 4096,
                 .enabled_by = "use_sliding_window",
                 .first_layer = "max_window_layers",
                 .first_layer_otherwise = 28};
  return keys;
}

/// Flags of config.json that give projections a bias.
inline void adapt_attention_bias(const ConfigFile& file, Config&, Wiring& wiring) {
  wiring.biases.query_key_value = wiring.biases.output = file.flag("attention_bias", false);
}

inline constexpr VocabularyHead llama_head = {"lm_head", ""};

}  // namespace mha::families
