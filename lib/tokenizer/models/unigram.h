// Unigram: of all ways to spell a word in pieces, the one of the greatest sum of scores.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tokenizer/models/byte_pieces.h"
#include "tokenizer/models/model_fields.h"
#include "tokenizer/models/piece_index.h"
#include "tokenizer/models/token_model.h"
#include "tokenizer/models/word_cache.h"

namespace mha {

/// Equal to `tokenizers` 0.23: sums in float64 from left to right; of equal sums the one found first holds,
/// that with the longer last piece. A character that is no piece costs 10 more than the worst piece. Unknown
/// characters side by side are one piece, or the pieces of their bytes.
class Unigram : public TokenModel {
 public:
  struct Piece {
    std::string_view text;
    double score;
  };

  /// The place of a piece is its id; a piece that is given twice is found as the later one. `unknown` is
  /// below the number of pieces. `source` names the vocabulary in messages.
  Unigram(std::span<const Piece> pieces, std::optional<std::uint32_t> unknown, bool byte_fallback,
          std::string source);

  /// Throws Error(data) for an unknown character if there is no piece for it.
  void tokenize(std::string_view word, std::vector<ModelPiece>& pieces) const override;
  std::size_t size() const override { return scores_.size(); }
  std::optional<std::uint32_t> find(std::string_view piece) const override {
    return index_.vocabulary().find(piece);
  }
  std::string_view piece(std::uint32_t id) const override { return index_.vocabulary().piece(id); }
  std::optional<std::uint32_t> text_piece() const override { return unknown_; }

 private:
  /// The best way to spell the word up to somewhere, by its last piece.
  struct Step {
    double score;
    std::uint32_t id;
    std::uint32_t bytes;  ///< of that piece; 0 where no piece ends
  };

  void compute(std::string_view word, std::vector<ModelPiece>& pieces) const;
  void find_steps(std::string_view word, std::span<Step> steps) const;
  void read_steps(std::string_view word, std::span<const Step> steps, std::vector<ModelPiece>& pieces) const;
  void add_unknown(std::string_view word, std::uint32_t begin, std::uint32_t end,
                   std::vector<ModelPiece>& pieces) const;
  std::uint32_t unknown_id(std::string_view word) const;

  PieceIndex index_;
  std::vector<double> scores_;
  double unknown_score_;
  std::optional<std::uint32_t> unknown_;
  std::optional<BytePieces> bytes_;
  std::string source_;
  WordCache cache_;
};

/// Reads the "model" of a tokenizer.json. Throws Error(data) as ModelFields, for an item of `vocab` that is
/// not a piece with its score and for an unk_id that is no piece, and Error(limit) as read_vocabulary.
std::unique_ptr<TokenModel> load_unigram(const ModelFields& fields);

}  // namespace mha
