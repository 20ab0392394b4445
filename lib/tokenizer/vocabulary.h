// The pieces of a model and their ids: any ids, in flat arrays, looked up by hash.
#pragma once

#include <cstddef>
#include <cstdint>
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

  /// The id of the piece that reads `prefix` and then `rest`; `hash` is the hash of the two.
  std::optional<std::uint32_t> find(PieceHash hash, std::string_view prefix, std::string_view rest) const;

  /// Calls use(piece, id) for each piece that can be found, in no order.
  template <class Use>
  void each_piece(Use use) const {
    for (const Slot& slot : slots_.span()) {
      if (slot.id_plus_one != 0) use(text(slot.place), slot.id_plus_one - 1);
    }
  }

 private:
  struct Place {
    std::uint32_t offset, length;
  };
  struct Slot {
    Place place;
    std::uint32_t tag, id_plus_one;  ///< 0 for an empty slot
  };

  std::string_view text(Place place) const { return {text_.data() + place.offset, place.length}; }
  void insert(Place place, std::uint32_t id);
  std::uint32_t slot_of(PieceHash hash, std::string_view prefix, std::string_view rest) const;

  Buffer<char> text_;
  Buffer<Place> by_id_;
  Buffer<Slot> slots_;
  std::size_t longest_ = 0;
  bool unique_ids_ = true;
};

}  // namespace mha
