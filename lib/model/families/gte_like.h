// GTE's encoders of 2024 (Zhang et al. 2024), as modeling_gte.py of Transformers and the older code beside
// the checkpoints, whose model_type is "new": BERT with rotated queries and keys and a gated feed-forward.
#pragma once

#include "base/utf8.h"
#include "model/family.h"

namespace mha::families {

constexpr ConfigKeys gte_keys(double theta) {
  return {.max_position_embeddings = {"max_position_embeddings", "", 8192},
          .type_vocab_size = {"type_vocab_size", "", 1},
          .least_types = 0,
          .rotary = {.rotates = true, .theta = theta, .has_ntk = true}};
}

inline constexpr Wiring gte_wiring = {
    .embeddings = {.position = ""},
    .layer = {.query_key_value = "attention.qkv_proj",
              .output = "attention.o_proj",
              .attention_norms = {.before = "", .behind = "", .after = "attn_ln"},
              .gate_and_intermediate = "mlp.up_gate_proj",
              .feed_forward = "mlp.down_proj",
              .feed_forward_norms = {.before = "", .behind = "", .after = "mlp_ln"},
              .relative_positions = ""},
    .biases = {.intermediate = false},
    .gate_last = true};

/// Throws Error(data) for a setting of the older code that is not computed here.
inline void check_gte(const ConfigFile& file, Config&, Wiring&) {
  for (const auto& [key, only] :
       {std::pair("position_embedding_type", "rope"), std::pair("layer_norm_type", "layer_norm")}) {
    const auto text = file.text(key);
    if (!text || *text == only) continue;
    fail(Status::data, "{} is '{}', which is not supported; only '{}' is", file.label(key),
         utf8::printable(*text), only);
  }
  if (!file.flag("logn_attention_scale", false)) return;
  fail(Status::data, "{} is true, which is not supported; only false is", file.label("logn_attention_scale"));
}

}  // namespace mha::families
