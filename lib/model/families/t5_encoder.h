// What the encoders of T5 and mT5 have in common (Raffel et al. 2020; modeling_t5.py of Transformers):
// pre-norm by RMSNorm, no biases, scores that are not scaled, and a bias by buckets of distance that all
// layers share.
#pragma once

#include "model/family.h"

namespace mha::families {

constexpr ConfigKeys t5_keys() {
  return {.vocab_size = {"vocab_size", "", 32128},
          .hidden_size = {"hidden_size", "d_model", 512},
          .num_hidden_layers = {"num_hidden_layers", "num_layers", 6},
          .num_attention_heads = {"num_attention_heads", "num_heads", 8},
          .head_dim = {"d_kv", 64},
          .intermediate_size = {"d_ff", "", 2048},
          .max_position_embeddings = {},
          .type_vocab_size = {},
          .hidden_act_key = "",
          .hidden_act = "relu",
          .layer_norm_eps_key = "layer_norm_epsilon",
          .layer_norm_eps = 1e-6,
          .buckets = {.count = {"relative_attention_num_buckets", "", 32},
                      .max_distance = {"relative_attention_max_distance", "", 128}}};
}

inline constexpr Wiring t5_wiring = {
    .embeddings = {.word = "shared",
                   .word_otherwise = "encoder.embed_tokens",
                   .position = "",
                   .token_type = "",
                   .norm = ""},
    .layer = {.scope = "encoder.block.{layer}.",
              .query = "layer.0.SelfAttention.q",
              .key = "layer.0.SelfAttention.k",
              .value = "layer.0.SelfAttention.v",
              .output = "layer.0.SelfAttention.o",
              .attention_norms = {.before = "layer.0.layer_norm", .behind = "", .after = ""},
              .intermediate = "layer.1.DenseReluDense.wi",
              .feed_forward = "layer.1.DenseReluDense.wo",
              .feed_forward_norms = {.before = "layer.1.layer_norm", .behind = "", .after = ""},
              .relative_positions = ""},
    .biases = {.query_key_value = false,
               .output = false,
               .intermediate = false,
               .feed_forward = false,
               .norms = false,
               .projection = false},
    .position_bias = PositionBias::buckets,
    .relative_bias = "encoder.block.0.layer.0.SelfAttention.relative_attention_bias",
    .types_of_pairs = false,
    .norm = NormKind::rms,
    .final_norm = "encoder.final_layer_norm",
    .scaled_scores = false};

/// "relu", or "gated-gelu": the activation, and whether there is a gate (configuration_t5.py).
inline void adapt_t5(std::string_view otherwise, const ConfigFile& file, Config& config, Wiring& wiring) {
  constexpr std::string_view key = "feed_forward_proj", gated = "gated-";
  const std::string_view kind = file.text(key).value_or(otherwise);
  const bool has_gate = kind.starts_with(gated);
  // "gated-gelu" means its approximation, as the first models of the kind were trained with it.
  const std::string_view name = kind == "gated-gelu" ? "gelu_new" : kind.substr(has_gate ? gated.size() : 0);
  config.hidden_act = find_activation(name, file.label(key));
  if (!has_gate) return;
  wiring.layer.gate = "layer.1.DenseReluDense.wi_0";
  wiring.layer.intermediate = "layer.1.DenseReluDense.wi_1";
}

}  // namespace mha::families
