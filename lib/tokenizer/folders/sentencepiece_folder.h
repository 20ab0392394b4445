// A .model of sentencepiece with the configuration beside it.
#pragma once

#include <memory>
#include <string>

#include "tokenizer/tokenizer.h"

namespace mha {

/// The model `name` in `folder`. XLM-R, CamemBERT, T5, ALBERT, DeBERTa-v2 and the families of
/// sentencepiece_bpe.h give pieces other ids, or treat texts otherwise: for these it becomes the pipeline
/// that Transformers 5 makes of it. For others ids and pieces are those of sentencepiece itself. Throws Error
/// as SentencePiece and FolderConfig, and Error(data) if a family has a model of another kind than its own.
std::unique_ptr<Tokenizer> load_sentencepiece_folder(const std::string& folder, const char* name);

}  // namespace mha
