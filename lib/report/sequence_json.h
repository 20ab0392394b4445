// A sequence as JSON, the same in the report and in tokenize.
#pragma once

#include <string>

#include "model/inputs.h"
#include "tokenizer/tokenizer.h"

namespace mha {

/// The members "ids", "tokens" and "spans" without braces; spans are bytes [begin, end) of the text as UTF-8,
/// [0,0] for special tokens. Of ids given as numbers only "ids" is known, the others are null;
/// of numbers given in place of tokens nothing is.
std::string token_members_json(const Sequence& sequence, const Tokenizer* tokenizer);

}  // namespace mha
