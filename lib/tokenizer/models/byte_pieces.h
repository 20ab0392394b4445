// The pieces <0x00> ... <0xFF>, which stand for single bytes where a vocabulary lacks a character.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "tokenizer/models/vocabulary.h"

namespace mha {

class BytePieces {
 public:
  explicit BytePieces(const Vocabulary& vocabulary);

  /// Whether the vocabulary has the piece of each of these bytes.
  bool cover(std::string_view bytes) const;

  /// The id of the piece of a byte that is covered.
  std::uint32_t id(char byte) const { return *ids_[static_cast<unsigned char>(byte)]; }

 private:
  std::array<std::optional<std::uint32_t>, 256> ids_;
};

}  // namespace mha
