// Phi-1 and Phi-2 (Gunasekar et al. 2023), as modeling_phi.py of Transformers: attention and feed-forward
// beside each other behind one norm, a part of each head rotated.
#include "model/families.h"

namespace mha {

constexpr Family families::phi{
    .model_type = "phi",
    .class_name = "Phi",
    .prefix = "model.",
    .config = {.vocab_size = {"vocab_size", "", 51200},
               .hidden_size = {"hidden_size", "", 2048},
               .num_hidden_layers = {"num_hidden_layers", "", 24},
               .num_attention_heads = {"num_attention_heads", "", 32},
               .num_key_value_heads = {"num_key_value_heads"},
               .intermediate_size = {"intermediate_size", "", 8192},
               .max_position_embeddings = {"max_position_embeddings", "", 2048},
               .type_vocab_size = {},
               .hidden_act = "gelu_new",
               .layer_norm_eps = 1e-5,
               .rotary = {.rotates = true, .fraction_key = "partial_rotary_factor", .fraction = 0.5}},
    .wiring = {.embeddings = {.word = "embed_tokens", .position = "", .token_type = "", .norm = ""},
               .layer = {.scope = "layers.{layer}.",
                         .query = "self_attn.q_proj",
                         .key = "self_attn.k_proj",
                         .value = "self_attn.v_proj",
                         .output = "self_attn.dense",
                         .attention_norms = {.before = "input_layernorm", .behind = "", .after = ""},
                         .intermediate = "mlp.fc1",
                         .feed_forward = "mlp.fc2",
                         .feed_forward_norms = {.before = "input_layernorm", .behind = "", .after = ""},
                         .relative_positions = ""},
               .types_of_pairs = false,
               .parallel = true,
               .final_norm = "final_layernorm",
               .causal = true},
    .head = {"lm_head", ""},
    .adapt =
        [](const ConfigFile& file, Config&, Wiring& wiring) {
          if (!file.flag("qk_layernorm", false)) return;
          wiring.layer.query_norm = "self_attn.q_layernorm";
          wiring.layer.key_norm = "self_attn.k_layernorm";
        },
};

}  // namespace mha
