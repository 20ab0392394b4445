// BERT (Devlin et al. 2018), as modeling_bert.py of Transformers; MiniLM, BGE, E5 and GTE are of this family.
#include "model/families.h"

namespace mha {

constexpr Family families::bert{.model_type = "bert",
                                .class_name = "Bert",
                                .prefix = "bert.",
                                .head = {"cls.predictions.decoder", "cls.predictions.bias"}};

}  // namespace mha
