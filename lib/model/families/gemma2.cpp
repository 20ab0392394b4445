// Gemma 2 (Gemma Team 2024), as modeling_gemma2.py of Transformers: Gemma with norms on both sides of a
// branch, bounded scores, and a window in every other layer.
#include "model/families.h"
#include "model/families/gemma_like.h"

namespace mha {

constexpr Family families::gemma2{
    .model_type = "gemma2",
    .class_name = "Gemma2",
    .prefix = "model.",
    .config =
        [] {
          ConfigKeys keys = gemma_keys();
          keys.window = {.key = "sliding_window", .otherwise = 4096, .period = 2};
          return keys;
        }(),
    .wiring = gemma_wiring(gemma2_layer()),
    .head = llama_head,
    .adapt =
        [](const ConfigFile& file, Config& config, Wiring& wiring) {
          adapt_gemma2(file, config, wiring);
          constexpr std::string_view key = "attn_logit_softcapping";
          config.softcap = file.positive_number(key);
          if (!config.softcap && !file.is_null(key)) config.softcap = 50;
        },
};

}  // namespace mha
