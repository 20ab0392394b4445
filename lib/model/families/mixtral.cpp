// Mixtral (Jiang et al. 2024), as modeling_mixtral.py of Transformers: Mistral with experts.
#include "model/families.h"
#include "model/families/experts.h"
#include "model/families/llama_like.h"

namespace mha {

constexpr Family families::mixtral{
    .model_type = "mixtral",
    .class_name = "Mixtral",
    .prefix = "model.",
    .config =
        [] {
          ConfigKeys keys = mistral_keys();
          keys.layer_norm_eps = 1e-5;
          keys.window = {.key = "sliding_window"};
          keys.rotary.theta = 1e6;
          return keys;
        }(),
    .wiring = llama_wiring(without_feed_forward(llama_layer)),
    .head = llama_head,
    .adapt = [](const ConfigFile& file, Config& config, Wiring&) { end_at_experts(file, 0, config); },
};

}  // namespace mha
