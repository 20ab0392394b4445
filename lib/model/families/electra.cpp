// ELECTRA (Clark et al. 2020), as modeling_electra.py of Transformers: BERT with narrower embeddings.
#include "model/families.h"

namespace mha {

constexpr Family families::electra{
    .model_type = "electra",
    .class_name = "Electra",
    .prefix = "electra.",
    .config = {.hidden_size = {"hidden_size", "", 256},
               .num_attention_heads = {"num_attention_heads", "", 4},
               .intermediate_size = {"intermediate_size", "", 1024},
               .embedding_size = {"embedding_size", 128}},
    .wiring = {.embeddings = {.projection = "embeddings_project"}},
    .head = {"generator_lm_head", ""},
};

}  // namespace mha
