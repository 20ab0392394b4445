// WordLevel: a word is a piece of the vocabulary, or unknown.
#pragma once

#include <memory>
#include <string>

#include "tokenizer/models/model_fields.h"
#include "tokenizer/models/token_model.h"
#include "tokenizer/models/vocabulary.h"

namespace mha {

class WordLevel : public TokenModel {
 public:
  /// `source` names the vocabulary in messages. It may lack the piece for unknown words.
  WordLevel(Vocabulary vocabulary, std::string unknown, std::string source);

  /// Throws Error(data) for a word that is not in the vocabulary if that lacks the piece for unknown ones.
  void tokenize(std::string_view word, std::vector<ModelPiece>& pieces) const override;
  std::size_t size() const override { return vocabulary_.size(); }
  std::optional<std::uint32_t> find(std::string_view piece) const override { return vocabulary_.find(piece); }
  std::string_view piece(std::uint32_t id) const override { return vocabulary_.piece(id); }

 private:
  Vocabulary vocabulary_;
  std::string unknown_, source_;
  std::optional<std::uint32_t> unknown_id_;
};

/// Reads the "model" of a tokenizer.json. Throws Error as ModelFields and read_vocabulary.
std::unique_ptr<TokenModel> load_word_level(const ModelFields& fields);

/// For a word that is not in the vocabulary, where that lacks the piece `unknown`. Throws Error(data).
[[noreturn]] void fail_without_unknown(std::string_view word, std::string_view unknown,
                                       std::string_view source);

}  // namespace mha
