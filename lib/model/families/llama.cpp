// LLaMA (Touvron et al. 2023; Dubey et al. 2024), as modeling_llama.py of Transformers.
#include "model/families.h"
#include "model/families/llama_like.h"

namespace mha {

constexpr Family families::llama{
    .model_type = "llama",
    .class_name = "Llama",
    .prefix = "model.",
    .config = llama_keys(),
    .wiring = llama_wiring(),
    .head = llama_head,
    .adapt =
        [](const ConfigFile& file, Config& config, Wiring& wiring) {
          adapt_attention_bias(file, config, wiring);
          wiring.biases.intermediate = wiring.biases.feed_forward = file.flag("mlp_bias", false);
        },
};

}  // namespace mha
