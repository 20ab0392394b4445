// A vocabulary of word pieces as flat arrays: looked up by hash, laid out once, used where it lies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/buffer.h"

namespace mha {

/// FNV-1a, 64 bits: a byte at a time, so the hashes of all prefixes of a word come out of one pass.
class PieceHash {
 public:
  constexpr void add(char byte) { state_ = (state_ ^ static_cast<unsigned char>(byte)) * 0x100000001B3U; }
  constexpr void add(std::string_view bytes) {
    for (char byte : bytes) add(byte);
  }
  constexpr std::uint32_t tag() const { return static_cast<std::uint32_t>(state_ >> 32); }
  constexpr std::uint32_t slot() const { return static_cast<std::uint32_t>(state_ ^ state_ >> 32); }

 private:
  std::uint64_t state_ = 0xCBF29CE484222325U;
};

/// Pieces by id and ids by piece. All of it is one image of 32-bit words in the byte order of the machine:
///   count, slots, bytes of the longest piece, bytes of text
///   slots x (tag of the hash, id + 1; 0 for an empty slot), searched linearly from hash % slots
///   count + 1 offsets into the text
///   the pieces, one behind the other
class PieceTable {
 public:
  /// Lays out these pieces; the index is the id. Of equal pieces the first is found.
  static PieceTable build(std::span<const std::string_view> pieces);

  /// Uses an image that `image()` of another table gave, without copying it.
  static PieceTable over(std::span<const std::uint32_t> image);

  std::span<const std::uint32_t> image() const { return image_; }
  std::size_t size() const { return image_[0]; }
  std::size_t longest_piece() const { return image_[2]; }
  std::string_view piece(std::uint32_t id) const {
    return {text_ + offsets_[id], std::size_t{offsets_[id + 1]} - offsets_[id]};
  }

  std::optional<std::uint32_t> find(std::string_view piece) const;

  /// The id of the piece that reads `prefix` and then `rest`; `hash` is the hash of the two.
  std::optional<std::uint32_t> find(PieceHash hash, std::string_view prefix, std::string_view rest) const;

 private:
  struct Slot {
    std::uint32_t tag, id_plus_one;
  };

  explicit PieceTable(std::span<const std::uint32_t> image);
  static void fill_slots(std::span<std::uint32_t> image);

  Buffer<std::uint32_t> own_;
  std::span<const std::uint32_t> image_;
  const Slot* slots_;
  const std::uint32_t* offsets_;
  const char* text_;
};

}  // namespace mha
