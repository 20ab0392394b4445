// What the Gemma families have in common.
#pragma once

#include "model/families/llama_like.h"

namespace mha::families {

constexpr ConfigKeys gemma_keys() {
  ConfigKeys keys = llama_keys();
  keys.vocab_size.otherwise = 256000;
  keys.hidden_size.otherwise = 2304;
  keys.num_hidden_layers.otherwise = 26;
  keys.num_attention_heads.otherwise = 8;
  keys.num_key_value_heads.otherwise = 4;
  keys.head_dim.otherwise = 256;
  keys.intermediate_size.otherwise = 9216;
  keys.max_position_embeddings.otherwise = 8192;
  keys.hidden_act_key = "hidden_activation";
  keys.hidden_act = "gelu_pytorch_tanh";
  return keys;
}

constexpr Wiring gemma_wiring(const LayerNames& layer) {
  Wiring wiring = llama_wiring(layer);
  wiring.norm_adds_one = true;
  wiring.scales_embeddings = true;
  return wiring;
}

/// Gemma 2 and 3: norms before and behind both branches.
constexpr LayerNames gemma2_layer() {
  LayerNames layer = llama_layer;
  layer.attention_norms = {.before = "input_layernorm", .behind = "post_attention_layernorm", .after = ""};
  layer.feed_forward_norms = {
      .before = "pre_feedforward_layernorm", .behind = "post_feedforward_layernorm", .after = ""};
  return layer;
}

/// scale = query_pre_attn_scalar^-0.5, and the flag for biases.
inline void adapt_gemma2(const ConfigFile& file, Config& config, Wiring& wiring) {
  adapt_attention_bias(file, config, wiring);
  config.scale = 1 / std::sqrt(file.positive_number("query_pre_attn_scalar").value_or(256));
}

}  // namespace mha::families
