// Where a byte-pair encoding is read from: the "model" of a tokenizer.json, or vocab.json and merges.txt.
#pragma once

#include <memory>
#include <string>

#include "tokenizer/models/bpe_characters.h"
#include "tokenizer/models/model_fields.h"
#include "tokenizer/models/token_model.h"

namespace mha {

/// Reads the "model" of a tokenizer.json; merges are texts "a b" or pairs ["a", "b"]. Throws Error as
/// ModelFields and read_vocabulary, and Error(data) for dropout, which draws pieces at random, and for a
/// merge that is of neither form or names what is not in the vocabulary.
std::unique_ptr<TokenModel> load_bpe(const ModelFields& fields);

/// Reads the vocab.json and merges.txt of GPT-2 and its kin: lines "a b", of which those that begin with
/// "#version" say nothing. Throws Error(io) for what cannot be read, else as load_bpe.
std::unique_ptr<TokenModel> load_bpe_files(const std::string& vocab_path, const std::string& merges_path,
                                           BpeRules rules = {});

}  // namespace mha
