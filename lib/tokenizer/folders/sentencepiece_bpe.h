// A BPE model of sentencepiece as the byte-pair encoding of `tokenizers` that Transformers makes of it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "tokenizer/folders/folder_config.h"
#include "tokenizer/tokenizer.h"

namespace mha {

/// Whether a family has its BPE models made so: LLaMA, Gemma, and "sentencepiece", which stands for those of
/// which Transformers knows no more than the model says (Mistral, Phi-3).
bool has_sentencepiece_bpe(std::string_view family);

/// The model `path` for such a family. Throws Error as SentencePiece, and Error(data) if it is no BPE.
std::unique_ptr<Tokenizer> load_sentencepiece_bpe(std::string_view family, const FolderConfig& config,
                                                  const std::string& path);

}  // namespace mha
