// Byte-pair encoding: a word falls into characters, of which neighbours are merged by rank.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tokenizer/models/bpe_characters.h"
#include "tokenizer/models/bpe_joints.h"
#include "tokenizer/models/bpe_merge_reader.h"
#include "tokenizer/models/bpe_merges.h"
#include "tokenizer/models/token_model.h"
#include "tokenizer/models/vocabulary.h"
#include "tokenizer/models/word_cache.h"

namespace mha {

/// Equal to `tokenizers` 0.23 in ids and spans, odd ones included: the bytes of a suffix or prefix count
/// where a character falls back to bytes, so that spans can then end beyond the word; a character that has no
/// piece, no bytes and no unknown one is left out and not counted.
class Bpe : public TokenModel {
 public:
  /// `source` names the vocabulary in messages.
  Bpe(Vocabulary vocabulary, MergeList merges, BpeRules rules, const std::string& source);

  /// Throws Error(data) for an unknown character if the vocabulary lacks the piece for it.
  void tokenize(std::string_view word, std::vector<ModelPiece>& pieces) const override;
  std::size_t size() const override { return vocabulary_.size(); }
  std::optional<std::uint32_t> find(std::string_view piece) const override { return vocabulary_.find(piece); }
  std::string_view piece(std::uint32_t id) const override { return vocabulary_.piece(id); }

 private:
  void tokenize_parts(std::string_view word, std::vector<ModelPiece>& pieces) const;
  std::uint32_t tokenize_part(std::string_view part, std::uint32_t begin,
                              std::vector<ModelPiece>& pieces) const;
  void compute(std::string_view part, std::vector<ModelPiece>& pieces) const;

  Vocabulary vocabulary_;
  BpeCharacters characters_;
  BpeJoints joints_;
  bool may_cut_;
  bool grows_;  ///< whether merge_few may be used
  MergeTable merges_;
  WordCache cache_;
};

}  // namespace mha
