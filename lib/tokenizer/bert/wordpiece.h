// WordPiece, uncased: the tokenizer of BERT, with the ids and spans of Hugging Face's fast tokenizer.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tokenizer/bert/bert_words.h"
#include "tokenizer/piece_table.h"
#include "tokenizer/tokenizer.h"

namespace mha {

/// Equal to `tokenizers` 0.23 (BertNormalizer with lowercase, BertPreTokenizer, WordPiece with "##" and words
/// of at most 100 code points). [PAD] [UNK] [CLS] [SEP] [MASK], as far as the vocabulary has them, are taken
/// out of the text as it is written, before anything else. A span covers the characters that the piece comes
/// from, from the first to the last that was kept.
class WordPiece : public Tokenizer {
 public:
  /// `source` names the vocabulary in messages. Throws Error(data) if it lacks [UNK].
  WordPiece(PieceTable table, std::string source);

  std::vector<Token> encode(std::string_view text) const override;
  std::size_t size() const override { return table_.size(); }
  std::string_view piece(std::uint32_t id) const override { return table_.piece(id); }

  /// [CLS] and [SEP]; throws Error(data) if the vocabulary lacks one of them.
  Template special_tokens(bool pair) const override;

 private:
  struct Match {
    std::uint32_t id;
    std::size_t end;
  };

  std::uint32_t require(std::string_view piece) const;
  std::optional<Token> special_at(std::string_view text, std::size_t at) const;
  void encode_plain(std::string_view text, std::size_t begin, std::size_t end,
                    std::vector<Token>& tokens) const;
  void encode_word(const bert::Word& word, std::vector<Token>& tokens) const;
  std::optional<Match> longest_piece(const bert::Word& word, std::size_t begin) const;

  PieceTable table_;
  std::string source_;
  std::vector<std::pair<std::string_view, std::uint32_t>> specials_;
  std::uint32_t unknown_;
};

}  // namespace mha
