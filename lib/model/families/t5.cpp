// The encoder of T5 (Raffel et al. 2020), as modeling_t5.py of Transformers; the decoder is left alone.
#include "model/families.h"
#include "model/families/t5_encoder.h"

namespace mha {

constexpr Family families::t5{
    .model_type = "t5",
    .class_name = "T5",
    .prefix = "",
    .config = t5_keys(),
    .wiring = t5_wiring,
    .head = {"lm_head", ""},
    .adapt = [](const ConfigFile& file, Config& config,
                Wiring& wiring) { adapt_t5("relu", file, config, wiring); },
};

}  // namespace mha
