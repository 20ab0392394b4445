// GPT-NeoX (Black et al. 2022) and Pythia, as modeling_gpt_neox.py of Transformers: attention and
// feed-forward beside each other, a part of each head rotated, query, key and value of each head in one
// matrix.
#include "model/families.h"

namespace mha {

constexpr Family families::gpt_neox{
    .model_type = "gpt_neox",
    .class_name = "GPTNeoX",
    .prefix = "gpt_neox.",
    .config = {.vocab_size = {"vocab_size", "", 50432},
               .hidden_size = {"hidden_size", "", 6144},
               .num_hidden_layers = {"num_hidden_layers", "", 44},
               .num_attention_heads = {"num_attention_heads", "", 64},
               .intermediate_size = {"intermediate_size", "", 24576},
               .max_position_embeddings = {"max_position_embeddings", "", 2048},
               .type_vocab_size = {},
               .layer_norm_eps = 1e-5,
               .rotary = {.rotates = true,
                          .theta_key = "rotary_emb_base",
                          .fraction_key = "rotary_pct",
                          .fraction = 0.25}},
    .wiring =
        {.embeddings = {.word = "embed_in", .position = "", .token_type = "", .norm = ""},
         .layer = {.scope = "layers.{layer}.",
                   .query_key_value = "attention.query_key_value",
                   .output = "attention.dense",
                   .attention_norms = {.before = "input_layernorm", .behind = "", .after = ""},
                   .intermediate = "mlp.dense_h_to_4h",
                   .feed_forward = "mlp.dense_4h_to_h",
                   .feed_forward_norms = {.before = "post_attention_layernorm", .behind = "", .after = ""},
                   .relative_positions = ""},
         .types_of_pairs = false,
         .fused = FusedHeads::by_head,
         .final_norm = "final_layer_norm",
         .causal = true},
    .head = {"embed_out", ""},
    .adapt =
        [](const ConfigFile& file, Config&, Wiring& wiring) {
          wiring.parallel = file.flag("use_parallel_residual", true);
          wiring.biases.query_key_value = wiring.biases.output = file.flag("attention_bias", true);
        },
};

}  // namespace mha
