// The pieces of a model and their ids: any ids, in flat arrays, looked up by hash.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

#include "base/buffer.h"
#include "tokenizer/piece_table.h"

namespace mha {

/// A PieceTable has the ids 0, 1, 2, ...; here ids may have holes, two pieces may have one id, and a piece
/// that is given twice has the id of its last entry, as in the official library.
class Vocabulary {
 public:
  struct Entry {
    std::string_view piece;
    std::uint32_t id;
  };

  /// Copies the pieces. The largest id fixes the memory: check it before. Less than 4 GiB of text in all.
  explicit Vocabulary(std::span<const Entry> entries);

  /// One more than the largest id.
  std::size_t size() const { return by_id_.size(); }

  /// Bytes of the longest piece.
  std::size_t longest_piece() const { return longest_; }

  /// Empty for an id that no piece has; the last entry of an id that several have.
  std::string_view piece(std::uint32_t id) const { return text(by_id_[id]); }

  /// Whether no two pieces have one id.
  bool has_unique_ids() const { return unique_ids_; }

  std::optional<std::uint32_t> find(std::string_view piece) const;

  /// The id of the piece that reads `prefix` and then `rest`; `hash` is the hash of the two. Inline, as it is
  /// most of the time of a look-up of all pieces that a text begins with.
  std::optional<std::uint32_t> find(PieceHash hash, std::string_view prefix, std::string_view rest) const {
    const Slot& slot = slots_[slot_of(hash, prefix, rest)];
    if (slot.id_plus_one == 0) return std::nullopt;
    return slot.id_plus_one - 1;
  }

  /// Brings the slot of that hash nearer, for a look-up that follows soon.
  void prefetch(PieceHash hash) const { __builtin_prefetch(&slots_[hash.slot() & (slots_.size() - 1)]); }

  /// Calls use(piece, id) for each piece that can be found, in no order.
  template <class Use>
  void each_piece(Use use) const {
    for (const Slot& slot : slots_.span()) {
      if (slot.id_plus_one != 0) use(text(slot.range), slot.id_plus_one - 1);
    }
  }

 private:
  struct Range {
    std::uint32_t offset, length;
  };
  struct Hashed {
    Range range;
    PieceHash hash;
  };
  struct Slot {
    Range range;
    std::uint32_t tag, id_plus_one;  ///< 0 for an empty slot
  };

  std::string_view text(Range range) const { return {text_.data() + range.offset, range.length}; }
  Hashed copy(std::string_view piece, std::uint32_t offset);
  void insert(const Hashed& piece, std::uint32_t id);

  /// The slot of that piece, or the empty one where it would stand.
  std::uint32_t slot_of(PieceHash hash, std::string_view prefix, std::string_view rest) const {
    const std::uint32_t mask = static_cast<std::uint32_t>(slots_.size()) - 1;
    std::uint32_t at = hash.slot() & mask;
    for (; slots_[at].id_plus_one != 0; at = (at + 1) & mask) {
      const Slot& slot = slots_[at];
      if (slot.tag != hash.tag() || slot.range.length != prefix.size() + rest.size()) continue;
      const char* found = text_.data() + slot.range.offset;
      if (same_bytes(found, prefix) && same_bytes(found + prefix.size(), rest)) break;
    }
    return at;
  }

  /// As memcmp, which costs more to call than it takes for a few bytes: blocks that may overlap.
  static bool same_bytes(const char* bytes, std::string_view text) {
    const std::size_t size = text.size();
    if (size > 16) return std::memcmp(bytes, text.data(), size) == 0;
    if (size >= 8) return same_ends<std::uint64_t>(bytes, text);
    if (size >= 4) return same_ends<std::uint32_t>(bytes, text);
    if (size >= 2) return same_ends<std::uint16_t>(bytes, text);
    return size == 0 || *bytes == text[0];
  }

  template <class Block>
  static bool same_ends(const char* bytes, std::string_view text) {
    const std::size_t last = text.size() - sizeof(Block);
    Block blocks[4];
    std::memcpy(&blocks[0], bytes, sizeof(Block));
    std::memcpy(&blocks[1], text.data(), sizeof(Block));
    std::memcpy(&blocks[2], bytes + last, sizeof(Block));
    std::memcpy(&blocks[3], text.data() + last, sizeof(Block));
    return blocks[0] == blocks[1] && blocks[2] == blocks[3];
  }

  Buffer<char> text_;
  Buffer<Range> by_id_;
  Buffer<Slot> slots_;
  std::size_t longest_ = 0;
  bool unique_ids_ = true;
};

}  // namespace mha
