// The first step of a byte-pair encoding: from a word to the pieces of its characters.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.h"
#include "tokenizer/models/bpe_merges.h"
#include "tokenizer/models/byte_pieces.h"
#include "tokenizer/models/vocabulary.h"

namespace mha {

/// How a BPE treats words and characters, as the "model" of a tokenizer.json says it.
struct BpeRules {
  std::optional<std::string> unknown;  ///< the piece for characters that have none
  std::string prefix;                  ///< before each character but the first, in the vocabulary
  std::string suffix;                  ///< behind the last character, in the vocabulary
  bool fuse_unknown = false;           ///< neighbours without a piece are one unknown piece
  bool byte_fallback = false;          ///< a character without a piece becomes the pieces of its bytes
  bool ignore_merges = false;          ///< a word that is a piece is not taken apart
};

class BpeCharacters {
 public:
  BpeCharacters(const Vocabulary& vocabulary, BpeRules rules, const std::string& source);

  const BpeRules& rules() const { return rules_; }

  /// The id of a piece that is one character below U+10000. Fast.
  std::optional<std::uint32_t> plain(char32_t character) const {
    if (character >= plain_.size() || plain_[character] == 0) return std::nullopt;
    return plain_[character] - 1;
  }

  /// Appends the symbols of a word. `vocabulary` is the one given before. Throws Error(data) for an unknown
  /// character if the vocabulary lacks the piece for it.
  void split(std::string_view word, const Vocabulary& vocabulary, std::vector<Symbol>& symbols) const;

 private:
  class PendingUnknown;

  /// A character of a word, and how it is spelt in the vocabulary.
  struct Rare {
    std::string_view character, spelling;
  };

  void split_rare(const Rare& rare, const Vocabulary& vocabulary, PendingUnknown& unknown,
                  std::vector<Symbol>& symbols) const;
  std::uint32_t unknown_id(std::string_view character) const;

  BpeRules rules_;
  std::string source_;
  BytePieces bytes_;
  std::optional<std::uint32_t> unknown_id_;
  Buffer<std::uint32_t> plain_;  ///< id + 1 by character; 0 for none
};

}  // namespace mha
