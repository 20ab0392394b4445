// Gemma (Gemma Team 2024), as modeling_gemma.py of Transformers: LLaMA with wide heads, scaled embeddings,
// and norms whose weights are kept less 1.
#include "model/families.h"
#include "model/families/gemma_like.h"

namespace mha {

constexpr Family families::gemma{
    .model_type = "gemma",
    .class_name = "Gemma",
    .prefix = "model.",
    .config =
        [] {
          ConfigKeys keys = gemma_keys();
          keys.hidden_size.otherwise = 3072;
          keys.num_hidden_layers.otherwise = 28;
          keys.num_attention_heads.otherwise = 16;
          keys.num_key_value_heads.otherwise = 16;
          keys.intermediate_size.otherwise = 24576;
          keys.hidden_act_key = "hidden_act";
          return keys;
        }(),
    .wiring = gemma_wiring(llama_layer),
    .head = llama_head,
    .adapt =
        [](const ConfigFile& file, Config& config, Wiring& wiring) {
          adapt_attention_bias(file, config, wiring);
          // The first files said "gelu" and meant its approximation, for which Transformers takes it.
          if (config.hidden_act == Activation::gelu) config.hidden_act = Activation::gelu_tanh;
        },
};

}  // namespace mha
