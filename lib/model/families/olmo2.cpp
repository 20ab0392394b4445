// OLMo 2 (OLMo Team 2024), as modeling_olmo2.py of Transformers: LLaMA with norms behind the branches alone,
// and norms of queries and keys over all heads.
#include "model/families.h"
#include "model/families/llama_like.h"

namespace mha {

constexpr Family families::olmo2{
    .model_type = "olmo2",
    .class_name = "Olmo2",
    .prefix = "model.",
    .config =
        [] {
          ConfigKeys keys = llama_keys();
          keys.vocab_size.otherwise = 50304;
          keys.layer_norm_eps = 1e-5;
          return keys;
        }(),
    .wiring =
        [] {
          LayerNames layer = with_head_norms(llama_layer);
          layer.attention_norms = {.before = "", .behind = "post_attention_layernorm", .after = ""};
          layer.feed_forward_norms = {.before = "", .behind = "post_feedforward_layernorm", .after = ""};
          Wiring wiring = llama_wiring(layer);
          wiring.norms_of_heads = false;
          return wiring;
        }(),
    .head = llama_head,
    .adapt = adapt_attention_bias,
};

}  // namespace mha
