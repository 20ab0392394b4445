// Mistral (Jiang et al. 2023), as modeling_mistral.py of Transformers: LLaMA, with a window in all layers.
#include "model/families.h"
#include "model/families/llama_like.h"

namespace mha {

constexpr Family families::mistral{
    .model_type = "mistral",
    .class_name = "Mistral",
    .prefix = "model.",
    .config =
        [] {
          ConfigKeys keys = llama_keys();
          keys.num_key_value_heads.otherwise = 8;
          keys.intermediate_size.otherwise = 14336;
          keys.max_position_embeddings.otherwise = 131072;
          keys.window = {.key = "sliding_window", .otherwise = 4096};
          return keys;
        }(),
    .wiring = llama_wiring(),
    .head = llama_head,
};

}  // namespace mha
