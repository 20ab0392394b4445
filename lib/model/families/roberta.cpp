// RoBERTa (Liu et al. 2019), as modeling_roberta.py of Transformers: BERT whose positions begin behind the
// padding's.
#include "model/families.h"

namespace mha {

constexpr Family families::roberta{
    .model_type = "roberta",
    .class_name = "Roberta",
    .prefix = "roberta.",
    .config = {.vocab_size = {"vocab_size", "", 50265}, .pad_token_id = 1},
    .wiring = {.positions = PositionRule::after_padding, .types_of_pairs = false},
    .head = {"lm_head.decoder", "lm_head.bias"},
};

}  // namespace mha
