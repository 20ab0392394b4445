// Qwen3 and Qwen3-Embedding (Yang et al. 2025), as modeling_qwen3.py of Transformers: Qwen2 with norms of
// queries and keys in place of biases, and heads of a size of their own.
#include "model/families.h"
#include "model/families/llama_like.h"

namespace mha {

constexpr Family families::qwen3{
    .model_type = "qwen3",
    .class_name = "Qwen3",
    .prefix = "model.",
    .config =
        [] {
          ConfigKeys keys = qwen_keys();
          keys.head_dim.otherwise = 128;
          return keys;
        }(),
    .wiring = llama_wiring(with_head_norms(llama_layer)),
    .head = llama_head,
    .adapt = adapt_attention_bias,
};

}  // namespace mha
