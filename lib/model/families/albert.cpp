// ALBERT (Lan et al. 2019), as modeling_albert.py of Transformers: BERT with narrow embeddings, whose layers
// share weights in groups.
#include "model/families.h"

namespace mha {

constexpr Family families::albert{
    .model_type = "albert",
    .class_name = "Albert",
    .prefix = "albert.",
    .config = {.vocab_size = {"vocab_size", "", 30000},
               .hidden_size = {"hidden_size", "", 4096},
               .num_attention_heads = {"num_attention_heads", "", 64},
               .intermediate_size = {"intermediate_size", "", 16384},
               .embedding_size = {"embedding_size", 128},
               .num_hidden_groups = {"num_hidden_groups", "", 1},
               .inner_group_num = {"inner_group_num", "", 1},
               .hidden_act = "gelu_new"},
    .wiring = {.embeddings = {.projection = "encoder.embedding_hidden_mapping_in", .projects_always = true},
               .layer = {.scope = "encoder.albert_layer_groups.{group}.albert_layers.{inner}.",
                         .query = "attention.query",
                         .key = "attention.key",
                         .value = "attention.value",
                         .output = "attention.dense",
                         .attention_norms = {.after = "attention.LayerNorm"},
                         .intermediate = "ffn",
                         .feed_forward = "ffn_output",
                         .feed_forward_norms = {.after = "full_layer_layer_norm"}}},
    .head = {"predictions.decoder", "predictions.bias"},
};

}  // namespace mha
