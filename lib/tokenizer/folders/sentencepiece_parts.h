// Normalizers and pre-tokenizers that Transformers puts before a model of sentencepiece, as JSON: a function
// for each family.
#pragma once

#include <string>

#include "tokenizer/folders/family.h"
#include "tokenizer/folders/model_proto.h"

namespace mha {

/// Members of a tokenizer.json.
struct SentencePieceParts {
  std::string normalizer, pre_tokenizer;
};

/// LLaMA (tokenization_llama.py): spaces become visible, with one more before the text, or with `legacy`
/// before each part of it.
SentencePieceParts llama_parts(const FamilyDraft& draft, const ModelProto& model);

/// Gemma (tokenization_gemma.py): spaces become visible, none is added.
SentencePieceParts gemma_parts(const FamilyDraft& draft, const ModelProto& model);

/// What the settings in the model say (build_tokenizer_from_spm_proto in convert_slow_tokenizer.py).
SentencePieceParts model_parts(const FamilyDraft& draft, const ModelProto& model);

/// XLM-R and CamemBERT: the table of the model, then words with visible spaces.
SentencePieceParts xlm_roberta_parts(const FamilyDraft& draft, const ModelProto& model);

/// T5: as XLM-R, with a visible space before each word whatever the configuration says.
SentencePieceParts t5_parts(const FamilyDraft& draft, const ModelProto& model);

/// ALBERT: as XLM-R, but quotes, accents and capital letters are rewritten first.
SentencePieceParts albert_parts(const FamilyDraft& draft, const ModelProto& model);

/// DeBERTa-v2 and v3 (tokenization_deberta_v2.py), which has no use for the table of the model.
SentencePieceParts deberta_parts(const FamilyDraft& draft, const ModelProto& model);

}  // namespace mha
