// What the rows and columns of an attention map are called.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "report/report.h"

namespace mha {

/// A token, or the tokens of a word, along one side of a map.
struct Label {
  std::string text;        ///< readable: as the text spells it, of special tokens the piece
  bool separator = false;  ///< a special token, but not the first token of its sequence
  std::size_t begin, end;  ///< tokens [begin, end) of the sequence
};

/// A label for each token. The text is what the token stands for in the text it comes from ("##" before it
/// where the piece has that); the piece where it stands for nothing or for a part of a character; the number
/// where ids were given as numbers.
std::vector<Label> token_labels(const Run& run, const Sequence& sequence);

/// A label for each word: tokens that touch in the text, with at most marks between them and neither
/// punctuation nor an ideograph at the joint, are one; so are those of one character. Words of BERT's
/// pre-tokenizer (tokenizers/src/pre_tokenizers/bert.rs) come out the same. Ids given as numbers are words of
/// their own.
std::vector<Label> word_labels(const Run& run, const Sequence& sequence);

/// The labels of all sequences.
struct Sides {
  std::vector<std::vector<Label>> queries;
  std::vector<std::vector<Label>> keys;  ///< empty where they are the queries
};

/// Those of a run: words or tokens, as it is to be shown.
Sides sides_of(const Run& run);

/// The piece as the vocabulary spells it, or the number where ids were given as numbers.
std::string piece_text(const Run& run, const Sequence& sequence, const Token& token);

}  // namespace mha
