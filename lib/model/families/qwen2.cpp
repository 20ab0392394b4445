// Qwen2 (Yang et al. 2024), as modeling_qwen2.py of Transformers: LLaMA with biases of query, key and value,
// and windows in the later layers if they are turned on.
#include "model/families.h"
#include "model/families/llama_like.h"

namespace mha {

constexpr Family families::qwen2{
    .model_type = "qwen2",
    .class_name = "Qwen2",
    .prefix = "model.",
    .config =
        [] {
          ConfigKeys keys = llama_keys();
          keys.vocab_size.otherwise = 151936;
          keys.num_key_value_heads.otherwise = 32;
          keys.intermediate_size.otherwise = 22016;
          keys.max_position_embeddings.otherwise = 32768;
          keys.window = qwen_window;
          return keys;
        }(),
    .wiring =
        [] {
          Wiring wiring = llama_wiring();
          wiring.biases.query_key_value = true;
          return wiring;
        }(),
    .head = llama_head,
};

}  // namespace mha
