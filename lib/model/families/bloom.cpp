// BLOOM (BigScience 2022), as modeling_bloom.py of Transformers: ALiBi by the positions of keys, a norm
// behind the embeddings, query, key and value of each head in one matrix.
#include "model/families.h"

namespace mha {

constexpr Family families::bloom{
    .model_type = "bloom",
    .class_name = "Bloom",
    .prefix = "transformer.",
    .config = {.vocab_size = {"vocab_size", "", 250880},
               .hidden_size = {"hidden_size", "n_embed", 64},
               .num_hidden_layers = {"num_hidden_layers", "n_layer", 2},
               .num_attention_heads = {"num_attention_heads", "n_head", 8},
               .intermediate_size = {},
               .intermediate_factor = 4,
               .max_position_embeddings = {},
               .type_vocab_size = {},
               .hidden_act_key = "",
               .hidden_act = "gelu_pytorch_tanh",
               .layer_norm_eps_key = "layer_norm_epsilon",
               .layer_norm_eps = 1e-5},
    .wiring =
        {.embeddings = {.word = "word_embeddings",
                        .position = "",
                        .token_type = "",
                        .norm = "word_embeddings_layernorm"},
         .layer = {.scope = "h.{layer}.",
                   .query_key_value = "self_attention.query_key_value",
                   .output = "self_attention.dense",
                   .attention_norms = {.before = "input_layernorm", .behind = "", .after = ""},
                   .intermediate = "mlp.dense_h_to_4h",
                   .feed_forward = "mlp.dense_4h_to_h",
                   .feed_forward_norms = {.before = "post_attention_layernorm", .behind = "", .after = ""},
                   .relative_positions = ""},
         .position_bias = PositionBias::alibi_of_keys,
         .types_of_pairs = false,
         .fused = FusedHeads::by_head,
         .final_norm = "ln_f",
         .causal = true},
    .head = {"lm_head", ""},
    .adapt =
        [](const ConfigFile& file, Config&, Wiring& wiring) {
          wiring.residual_behind_norm = file.flag("apply_residual_connection_post_layernorm", false);
        },
};

}  // namespace mha
