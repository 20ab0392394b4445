// The encoder of mT5 (Xue et al. 2021), as modeling_mt5.py of Transformers: that of T5 with a gate.
#include "model/families.h"
#include "model/families/t5_encoder.h"

namespace mha {

constexpr Family families::mt5{
    .model_type = "mt5",
    .class_name = "MT5",
    .prefix = "",
    .config =
        [] {
          ConfigKeys keys = t5_keys();
          keys.vocab_size.otherwise = 250112;
          keys.num_hidden_layers.otherwise = 8;
          keys.num_attention_heads.otherwise = 6;
          keys.intermediate_size.otherwise = 1024;
          return keys;
        }(),
    .wiring = t5_wiring,
    .head = {"lm_head", ""},
    .adapt = [](const ConfigFile& file, Config& config,
                Wiring& wiring) { adapt_t5("gated-gelu", file, config, wiring); },
};

}  // namespace mha
