// GTE, as modeling_gte.py of Transformers.
#include "model/families.h"
#include "model/families/gte_like.h"

namespace mha {

constexpr Family families::gte{
    .model_type = "gte",
    .class_name = "Gte",
    .prefix = "gte.",
    .config = gte_keys(160000),
    .wiring = gte_wiring,
    .head = {"lm_head.decoder", ""},
    .adapt = check_gte,
};

}  // namespace mha
