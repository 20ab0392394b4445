// Qwen2 (Yang et al. 2024), as modeling_qwen2.py of Transformers: LLaMA with biases of query, key and value,
// and windows in the later layers if they are turned on.
#include "model/families.h"
#include "model/families/llama_like.h"

namespace mha {

constexpr Family families::qwen2{
    .model_type = "qwen2",
    .class_name = "Qwen2",
    .prefix = "model.",
    .config = qwen_keys(),
    .wiring =
        [] {
          Wiring wiring = llama_wiring();
          wiring.biases.query_key_value = true;
          return wiring;
        }(),
    .head = llama_head,
};

}  // namespace mha
