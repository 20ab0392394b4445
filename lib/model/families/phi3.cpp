// Phi-3 and Phi-4-mini (Abdin et al. 2024), as modeling_phi3.py of Transformers: LLaMA with query, key and
// value in one matrix, and gate and intermediate in another.
#include "model/families.h"
#include "model/families/llama_like.h"

namespace mha {

constexpr Family families::phi3{
    .model_type = "phi3",
    .class_name = "Phi3",
    .prefix = "model.",
    .config =
        [] {
          ConfigKeys keys = llama_keys();
          keys.vocab_size.otherwise = 32064;
          keys.hidden_size.otherwise = 3072;
          keys.intermediate_size.otherwise = 8192;
          keys.max_position_embeddings.otherwise = 4096;
          keys.layer_norm_eps = 1e-5;
          keys.window = {.key = "sliding_window"};
          keys.rotary.fraction_key = "partial_rotary_factor";
          keys.rotary.original_otherwise = 4096;
          keys.rotary.longrope_names = true;
          return keys;
        }(),
    .wiring =
        [] {
          LayerNames layer = llama_layer;
          layer.query_key_value = "self_attn.qkv_proj";
          layer.gate_and_intermediate = "mlp.gate_up_proj";
          return llama_wiring(layer);
        }(),
    .head = llama_head,
};

}  // namespace mha
