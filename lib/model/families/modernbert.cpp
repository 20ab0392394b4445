// ModernBERT (Warner et al. 2024), as modeling_modernbert.py of Transformers: an encoder with pre-norm,
// rotated queries and keys, a gated feed-forward, and a window on both sides in two of three layers.
#include "model/families.h"

namespace mha {

constexpr Family families::modernbert{
    .model_type = "modernbert",
    .class_name = "ModernBert",
    .prefix = "model.",
    .config = {.vocab_size = {"vocab_size", "", 50368},
               .num_hidden_layers = {"num_hidden_layers", "", 22},
               .intermediate_size = {"intermediate_size", "", 1152},
               .max_position_embeddings = {"max_position_embeddings", "", 8192},
               .type_vocab_size = {},
               .hidden_act_key = "hidden_activation",
               .layer_norm_eps_key = "norm_eps",
               .layer_norm_eps = 1e-5,
               .window = {.key = "local_attention",
                          .otherwise = 128,
                          .period_key = "global_attn_every_n_layers",
                          .period = 3,
                          .first_of_period = true,
                          .both_ways = true},
               .rotary = {.rotates = true,
                          .theta = 160000,
                          .theta_key = "global_rope_theta",
                          .window_theta_key = "local_rope_theta"}},
    .wiring = {.embeddings = {.word = "embeddings.tok_embeddings",
                              .position = "",
                              .token_type = "",
                              .norm = "embeddings.norm"},
               .layer = {.scope = "layers.{layer}.",
                         .query_key_value = "attn.Wqkv",
                         .output = "attn.Wo",
                         .attention_norms = {.before = "attn_norm", .behind = "", .after = ""},
                         .gate_and_intermediate = "mlp.Wi",
                         .feed_forward = "mlp.Wo",
                         .feed_forward_norms = {.before = "mlp_norm", .behind = "", .after = ""},
                         .relative_positions = ""},
               .types_of_pairs = false,
               .first_before = false,
               .final_norm = "final_norm"},
    .head = {"decoder", ""},
    .adapt =
        [](const ConfigFile& file, Config&, Wiring& wiring) {
          wiring.biases.norms = file.flag("norm_bias", false);
          wiring.biases.query_key_value = wiring.biases.output = file.flag("attention_bias", false);
          wiring.biases.intermediate = wiring.biases.feed_forward = file.flag("mlp_bias", false);
        },
};

}  // namespace mha
