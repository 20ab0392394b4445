// MPNet (Song et al. 2020), as modeling_mpnet.py of Transformers: RoBERTa's positions, and a bias by distance
// that all layers share.
#include "model/families.h"

namespace mha {

constexpr Family families::mpnet{
    .model_type = "mpnet",
    .class_name = "MPNet",
    .prefix = "mpnet.",
    .config = {.vocab_size = {"vocab_size", "", 30527}, .type_vocab_size = {}, .pad_token_id = 1},
    .wiring = {.embeddings = {.token_type = ""},
               .layer = {.query = "attention.attn.q",
                         .key = "attention.attn.k",
                         .value = "attention.attn.v",
                         .output = "attention.attn.o",
                         .attention_norms = {.after = "attention.LayerNorm"}},
               .positions = PositionRule::after_padding,
               .padding_is_one = true,
               .position_bias = PositionBias::buckets,
               .relative_bias = "encoder.relative_attention_bias",
               .types_of_pairs = false},
    .head = {"lm_head.decoder", "lm_head.bias"},
};

}  // namespace mha
