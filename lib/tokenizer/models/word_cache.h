// What became of the words met lately, for models in which a word costs more than looking it up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "tokenizer/models/token_model.h"

namespace mha {

/// Remembers short words and their pieces, a fixed number of them for each thread; models share the room, and
/// a word drives out another of the same place.
class WordCache {
 public:
  WordCache();

  /// Appends the pieces of the word if it is remembered; false if not.
  bool recall(std::string_view word, std::vector<ModelPiece>& pieces) const;

  /// Remembers the pieces, if the word is short, and if they are few and follow each other.
  void remember(std::string_view word, std::span<const ModelPiece> pieces) const;

 private:
  std::uint32_t owner_;
};

}  // namespace mha
