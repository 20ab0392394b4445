// DistilBERT (Sanh et al. 2019), as modeling_distilbert.py of Transformers: BERT without token types, under
// names of its own.
#include "model/families.h"

namespace mha {

constexpr Family families::distilbert{
    .model_type = "distilbert",
    .class_name = "DistilBert",
    .prefix = "distilbert.",
    .config = {.hidden_size = {"hidden_size", "dim", 768},
               .num_hidden_layers = {"num_hidden_layers", "n_layers", 6},
               .num_attention_heads = {"num_attention_heads", "n_heads", 12},
               .intermediate_size = {"hidden_dim", "", 3072},
               .type_vocab_size = {},
               .hidden_act_key = "activation",
               .layer_norm_eps_key = ""},
    .wiring = {.embeddings = {.token_type = ""},
               .layer = {.scope = "transformer.layer.{layer}.",
                         .query = "attention.q_lin",
                         .key = "attention.k_lin",
                         .value = "attention.v_lin",
                         .output = "attention.out_lin",
                         .attention_norms = {.after = "sa_layer_norm"},
                         .intermediate = "ffn.lin1",
                         .feed_forward = "ffn.lin2",
                         .feed_forward_norms = {.after = "output_layer_norm"}},
               .types_of_pairs = false},
    .head = {"vocab_projector", ""},
};

}  // namespace mha
