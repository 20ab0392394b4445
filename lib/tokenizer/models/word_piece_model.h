// WordPiece as the model of a tokenizer.json: the longest pieces from left to right.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "tokenizer/models/model_fields.h"
#include "tokenizer/models/piece_index.h"
#include "tokenizer/models/token_model.h"

namespace mha {

/// A word of more characters than the maximum, or one of which a rest cannot be spelt, is unknown as a whole.
class WordPieceModel : public TokenModel {
 public:
  struct Rules {
    std::string unknown;           ///< the piece for unknown words; the vocabulary may lack it
    std::string continuation;      ///< what pieces begin with that do not begin a word
    std::uint64_t max_characters;  ///< of a word
  };

  /// `source` names the vocabulary in messages.
  WordPieceModel(std::span<const Vocabulary::Entry> entries, Rules rules, std::string source);

  /// Throws Error(data) for an unknown word if the vocabulary lacks the piece for it.
  void tokenize(std::string_view word, std::vector<ModelPiece>& pieces) const override;
  std::size_t size() const override { return index_.vocabulary().size(); }
  std::optional<std::uint32_t> find(std::string_view piece) const override {
    return index_.vocabulary().find(piece);
  }
  std::string_view piece(std::uint32_t id) const override { return index_.vocabulary().piece(id); }

 private:
  bool spell(std::string_view word, std::vector<ModelPiece>& pieces) const;

  PieceIndex index_;
  Rules rules_;
  PieceHash continuation_hash_;
  std::optional<std::uint32_t> unknown_id_;
  std::string source_;
};

/// Reads the "model" of a tokenizer.json. Throws Error as ModelFields and read_vocabulary.
std::unique_ptr<TokenModel> load_word_piece(const ModelFields& fields);

}  // namespace mha
