// Folders with the files of a vocabulary and no tokenizer.json: what Hugging Face's Transformers makes of
// them, as a pipeline of the same components.
#pragma once

#include <memory>
#include <string>

#include "tokenizer/tokenizer.h"

namespace mha {

/// vocab.txt with its tokenizer_config.json: BERT and its kin, cased or not, and MPNet. Throws Error(data)
/// for a family that reads such a file otherwise.
std::unique_ptr<Tokenizer> load_word_piece_folder(const std::string& folder);

/// vocab.json and merges.txt with their tokenizer_config.json: RoBERTa, GPT-2 (OPT and others read as it
/// does), GPT-NeoX and Qwen2. Throws Error(data) for a family that is none of these.
std::unique_ptr<Tokenizer> load_byte_bpe_folder(const std::string& folder);

}  // namespace mha
