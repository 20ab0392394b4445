// Mistral (Jiang et al. 2023), as modeling_mistral.py of Transformers: LLaMA, with a window in all layers.
#include "model/families.h"
#include "model/families/llama_like.h"

namespace mha {

constexpr Family families::mistral{
    .model_type = "mistral",
    .class_name = "Mistral",
    .prefix = "model.",
    .config = mistral_keys(),
    .wiring = llama_wiring(),
    .head = llama_head,
};

}  // namespace mha
