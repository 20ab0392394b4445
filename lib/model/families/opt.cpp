// OPT (Zhang et al. 2022), as modeling_opt.py of Transformers: positions from row 2 on; norms before the
// branches, or after them in the one of 350 million parameters, whose embeddings are narrower too.
#include "model/families.h"

namespace mha {
namespace {

void adapt_opt(const ConfigFile& file, Config& config, Wiring& wiring) {
  Biases& biases = wiring.biases;
  biases.query_key_value = biases.output = biases.intermediate = biases.feed_forward =
      file.flag("enable_bias", true);
  wiring.norm_weights = file.flag("layer_norm_elementwise_affine", true);
  const bool before = file.flag("do_layer_norm_before", true);
  if (!before || file.flag("_remove_final_layer_norm", false)) wiring.final_norm = "";
  if (!before) {
    std::swap(wiring.layer.attention_norms.before, wiring.layer.attention_norms.after);
    std::swap(wiring.layer.feed_forward_norms.before, wiring.layer.feed_forward_norms.after);
  }
  if (config.embedding_size == config.hidden_size) return;
  wiring.embeddings.projection = "decoder.project_in";
  wiring.biases.projection = false;
  wiring.final_projection = "decoder.project_out";
}

}  // namespace

constexpr Family families::opt{
    .model_type = "opt",
    .class_name = "OPT",
    .prefix = "model.",
    .config = {.vocab_size = {"vocab_size", "", 50272},
               .intermediate_size = {"ffn_dim", "", 3072},
               .max_position_embeddings = {"max_position_embeddings", "", 2048},
               .type_vocab_size = {},
               .embedding_size = {"word_embed_proj_dim"},
               .hidden_act_key = "activation_function",
               .hidden_act = "relu",
               .layer_norm_eps_key = "",
               .layer_norm_eps = 1e-5},
    .wiring = {.embeddings = {.word = "decoder.embed_tokens",
                              .position = "decoder.embed_positions",
                              .token_type = "",
                              .norm = ""},
               .layer = {.scope = "decoder.layers.{layer}.",
                         .query = "self_attn.q_proj",
                         .key = "self_attn.k_proj",
                         .value = "self_attn.v_proj",
                         .output = "self_attn.out_proj",
                         .attention_norms = {.before = "self_attn_layer_norm", .behind = "", .after = ""},
                         .intermediate = "fc1",
                         .feed_forward = "fc2",
                         .feed_forward_norms = {.before = "final_layer_norm", .behind = "", .after = ""},
                         .relative_positions = ""},
               .position_offset = 2,
               .positions_last = true,
               .types_of_pairs = false,
               .final_norm = "decoder.final_layer_norm",
               .causal = true},
    .head = {"lm_head", ""},
    .adapt = adapt_opt,
};

}  // namespace mha
