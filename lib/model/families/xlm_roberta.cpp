// XLM-RoBERTa (Conneau et al. 2019), as modeling_xlm_roberta.py of Transformers: RoBERTa with another
// vocabulary.
#include "model/families.h"

namespace mha {

constexpr Family families::xlm_roberta{
    .model_type = "xlm-roberta",
    .class_name = "XLMRoberta",
    .prefix = "roberta.",
    .config = {.pad_token_id = 1},
    .wiring = {.positions = PositionRule::after_padding, .types_of_pairs = false},
    .head = {"lm_head.decoder", "lm_head.bias"},
};

}  // namespace mha
