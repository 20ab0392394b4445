// GTE under the model_type of the code that came with its checkpoints.
#include "model/families.h"
#include "model/families/gte_like.h"

namespace mha {

constexpr Family families::gte_new{
    .model_type = "new",
    .class_name = "New",
    .prefix = "new.",
    .config = gte_keys(10000),
    .wiring = gte_wiring,
    .head = {"lm_head.decoder", ""},
    .adapt = check_gte,
};

}  // namespace mha
