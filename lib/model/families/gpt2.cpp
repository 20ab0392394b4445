// GPT-2 (Radford et al. 2019), as modeling_gpt2.py of Transformers: pre-norm, query, key and value in one
// matrix, all matrices of layers stored [in, out].
#include "model/families.h"

namespace mha {

constexpr Family families::gpt2{
    .model_type = "gpt2",
    .class_name = "GPT2",
    .prefix = "transformer.",
    .config = {.vocab_size = {"vocab_size", "", 50257},
               .hidden_size = {"hidden_size", "n_embd", 768},
               .num_hidden_layers = {"num_hidden_layers", "n_layer", 12},
               .num_attention_heads = {"num_attention_heads", "n_head", 12},
               .intermediate_size = {"n_inner", "", 0},
               .intermediate_factor = 4,
               .max_position_embeddings = {"max_position_embeddings", "n_positions", 1024},
               .type_vocab_size = {},
               .hidden_act_key = "activation_function",
               .hidden_act = "gelu_new",
               .layer_norm_eps_key = "layer_norm_epsilon",
               .layer_norm_eps = 1e-5},
    .wiring = {.embeddings = {.word = "wte", .position = "wpe", .token_type = "", .norm = ""},
               .layer = {.scope = "h.{layer}.",
                         .query_key_value = "attn.c_attn",
                         .output = "attn.c_proj",
                         .attention_norms = {.before = "ln_1", .behind = "", .after = ""},
                         .intermediate = "mlp.c_fc",
                         .feed_forward = "mlp.c_proj",
                         .feed_forward_norms = {.before = "ln_2", .behind = "", .after = ""},
                         .relative_positions = ""},
               .types_of_pairs = false,
               .transposed = true,
               .final_norm = "ln_f",
               .causal = true},
    .head = {"lm_head", ""},
    .adapt =
        [](const ConfigFile& file, Config& config, Wiring&) {
          if (!file.flag("scale_attn_weights", true)) config.scale = 1;
          config.scale_by_layer = file.flag("scale_attn_by_inverse_layer_idx", false);
        },
};

}  // namespace mha
