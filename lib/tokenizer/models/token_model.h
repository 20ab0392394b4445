// The model of a tokenizer.json: the last step, from a word to pieces of the vocabulary.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace mha {

/// One piece: its id, and the bytes [begin, end) of the word that it stands for.
struct ModelPiece {
  std::uint32_t id, begin, end;
};

/// WordPiece, BPE, Unigram or WordLevel.
class TokenModel {
 public:
  virtual ~TokenModel() = default;

  /// Appends the pieces of one word, as the pre-tokenizer left it: well-formed UTF-8, not empty, shorter than
  /// 4 GiB.
  virtual void tokenize(std::string_view word, std::vector<ModelPiece>& pieces) const = 0;

  /// One more than the largest id.
  virtual std::size_t size() const = 0;

  /// The id of a piece of the vocabulary.
  virtual std::optional<std::uint32_t> find(std::string_view piece) const = 0;

  /// The piece as the vocabulary spells it; empty for an id that no piece has.
  virtual std::string_view piece(std::uint32_t id) const = 0;

  /// The piece, if there is one, of which post-processors see the text that a token stands for instead.
  virtual std::optional<std::uint32_t> text_piece() const { return std::nullopt; }
};

}  // namespace mha
