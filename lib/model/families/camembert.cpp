// CamemBERT (Martin et al. 2019), as modeling_camembert.py of Transformers: RoBERTa in French.
#include "model/families.h"

namespace mha {

constexpr Family families::camembert{
    .model_type = "camembert",
    .class_name = "Camembert",
    .prefix = "roberta.",
    .config = {.pad_token_id = 1},
    .wiring = {.positions = PositionRule::after_padding, .types_of_pairs = false},
    .head = {"lm_head.decoder", "lm_head.bias"},
};

}  // namespace mha
