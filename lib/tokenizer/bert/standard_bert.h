// The one pipeline that has a class of its own: uncased BERT.
#pragma once

#include <memory>
#include <string>

#include "tokenizer/bert/wordpiece.h"
#include "tokenizer/component.h"

namespace mha {

/// The class WordPiece, which is faster than a pipeline, if the whole of a tokenizer.json says what it does:
/// the standard normalizer, pre-tokenizer and template of uncased BERT, ids without holes, and as added
/// tokens exactly those of [PAD] [UNK] [CLS] [SEP] [MASK] that are in the vocabulary, without flags. Null if
/// anything differs or is missing, which is then for others to judge.
std::unique_ptr<WordPiece> read_standard_bert(const Component& root, const std::string& path);

}  // namespace mha
