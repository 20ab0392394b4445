// A vocabulary that also tells which pieces a text begins with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/buffer.h"
#include "tokenizer/models/vocabulary.h"

namespace mha {

/// Bytes of the character that begins with this byte of well-formed UTF-8.
constexpr std::size_t character_bytes(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

class PieceIndex {
 public:
  explicit PieceIndex(std::span<const Vocabulary::Entry> entries);

  const Vocabulary& vocabulary() const { return vocabulary_; }

  /// Calls use(length, id) for each piece that is `prefix` and the first `length` > 0 bytes of `text`,
  /// shortest first. `hash` is the hash of the prefix.
  template <class Use>
  void each_beginning(PieceHash hash, std::string_view prefix, std::string_view text, Use use) const {
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = at + character_bytes(text[at]);
      hash.add(text.substr(at, end - at));
      at = end;
      const std::uint64_t bits = filter_[word_of(hash)] >> shift_of(hash);
      if ((bits & ends) != 0) {
        if (const auto id = vocabulary_.find(hash, prefix, text.substr(0, at))) use(at, *id);
      }
      if ((bits & goes_on) == 0) return;
    }
  }

 private:
  static constexpr std::uint64_t ends = 1, goes_on = 2;

  std::size_t word_of(PieceHash hash) const { return hash.slot() & (filter_.size() - 1); }
  static unsigned shift_of(PieceHash hash) { return 2 * (hash.tag() >> 27); }
  void add_to_filter(std::string_view piece);

  Vocabulary vocabulary_;

  /// Two bits for the hash of each beginning of a piece: a piece ends there, a piece goes on. What they deny
  /// is certain, what they grant may be chance.
  Buffer<std::uint64_t> filter_;
};

}  // namespace mha
