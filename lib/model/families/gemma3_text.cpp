// Gemma 3 (Gemma Team 2025), the model of its text, and EmbeddingGemma, as modeling_gemma3.py of
// Transformers: Gemma 2 with norms of queries and keys in place of bounded scores, five layers with a window
// to one that sees all, and angles of their own for these.
#include "model/families.h"
#include "model/families/gemma_like.h"

namespace mha {
namespace {

/// EmbeddingGemma attends both ways: half of the window on either side.
void adapt_gemma3(const ConfigFile& file, Config& config, Wiring& wiring) {
  families::adapt_gemma2(file, config, wiring);
  if (!file.flag("use_bidirectional_attention", false)) return;
  config.causal = false;
  for (AttentionKind& kind : config.attention_kinds) {
    if (kind.window) kind.window = *kind.window / 2;
  }
}

}  // namespace

constexpr Family families::gemma3_text{
    .model_type = "gemma3_text",
    .class_name = "Gemma3",
    .prefix = "model.",
    .config =
        [] {
          ConfigKeys keys = gemma_keys();
          keys.vocab_size.otherwise = 262208;
          keys.max_position_embeddings.otherwise = 131072;
          keys.window = {.key = "sliding_window",
                         .otherwise = 4096,
                         .period_key = "sliding_window_pattern",
                         .period = 6};
          keys.rotary.theta = 1e6;
          keys.rotary.window_theta_key = "rope_local_base_freq";
          return keys;
        }(),
    .wiring = gemma_wiring(with_head_norms(gemma2_layer())),
    .head = llama_head,
    .adapt = adapt_gemma3,
};

}  // namespace mha
