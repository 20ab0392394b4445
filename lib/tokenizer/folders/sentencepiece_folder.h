// A .model of sentencepiece with the configuration beside it.
#pragma once

#include <memory>
#include <string>

#include "tokenizer/tokenizer.h"

namespace mha {

/// The model `name` in `folder`. XLM-R, CamemBERT, T5 and ALBERT give pieces other ids, or normalise
/// otherwise: for these families it becomes the pipeline that Transformers makes of it. For others ids and
/// pieces are those of sentencepiece itself. Throws Error as SentencePiece and FolderConfig, and Error(data)
/// if one of these families has no unigram model.
std::unique_ptr<Tokenizer> load_sentencepiece_folder(const std::string& folder, const char* name);

}  // namespace mha
