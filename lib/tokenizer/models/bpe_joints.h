// Where a long word can be cut without changing what its merges make of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/buffer.h"

namespace mha {

/// The pairs of characters that some merge brings together. Between two characters of a word that no merge
/// brings together no piece can stand, so the word falls into parts that do not know of each other. What the
/// filter denies is certain, what it grants may be chance.
class BpeJoints {
 public:
  BpeJoints() : bits_(Buffer<std::uint64_t>::zeros(words)) {}

  void add(char32_t left, char32_t right) { bits_[word_of(left, right)] |= bit_of(left, right); }
  bool may_join(char32_t left, char32_t right) const {
    return (bits_[word_of(left, right)] & bit_of(left, right)) != 0;
  }

 private:
  static constexpr std::size_t words = std::size_t{1} << 13;

  static std::uint64_t hash(char32_t left, char32_t right) {
    return (std::uint64_t{left} << 32 | right) * 0x9E3779B97F4A7C15U;
  }
  static std::size_t word_of(char32_t left, char32_t right) { return hash(left, right) >> (64 - 13); }
  static std::uint64_t bit_of(char32_t left, char32_t right) {
    return std::uint64_t{1} << (hash(left, right) >> 40 & 63);
  }

  Buffer<std::uint64_t> bits_;
};

}  // namespace mha
