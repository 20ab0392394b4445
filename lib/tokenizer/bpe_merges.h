// The merges of a byte-pair encoding, and what they make of a word.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/buffer.h"

namespace mha {

/// What a pair of neighbours becomes; of several merges in a word the one of the lowest rank comes first.
struct Merge {
  std::uint64_t pair;  ///< id on the left * 2^32 + id on the right
  std::uint32_t rank, id;

  static constexpr std::uint64_t pair_of(std::uint32_t left, std::uint32_t right) {
    return std::uint64_t{left} << 32 | right;
  }
};

class MergeTable {
 public:
  /// The rank of a merge is its place in the list; of two merges of a pair the later one holds.
  explicit MergeTable(std::span<const Merge> merges);

  /// The merge of that pair, or null. Inline, as it is most of the time of a merge.
  const Merge* find(std::uint32_t left, std::uint32_t right) const {
    const std::uint64_t pair = Merge::pair_of(left, right);
    for (std::size_t at = slot_of(pair);; at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at].pair == pair) return &slots_[at];
      if (slots_[at].pair == no_pair) return nullptr;
    }
  }

  /// The id that the merge of that rank gives.
  std::uint32_t id_of(std::uint32_t rank) const { return ids_[rank]; }

 private:
  static constexpr std::uint64_t no_pair = UINT64_MAX;

  std::size_t slot_of(std::uint64_t pair) const {
    return static_cast<std::size_t>((pair * 0x9E3779B97F4A7C15U) >> shift_);
  }

  Buffer<Merge> slots_;
  std::vector<std::uint32_t> ids_;
  int shift_;
};

/// A part of a word: a piece, and the bytes of the word that it stands for.
struct Symbol {
  std::uint32_t id, bytes;
};

/// Merges neighbours until no merge is left: the lowest rank first, of equal ranks the leftmost. Time grows
/// with the square of the number of symbols. Only for tables in which each merge of an id gives another id
/// than all merges before it that this id took part in on the left.
void merge_few(std::vector<Symbol>& symbols, const MergeTable& merges);

/// The same for words of any length and any table, as the official library does it: a merge that was found is
/// done as long as its neighbours still give the same id.
void merge_many(std::vector<Symbol>& symbols, const MergeTable& merges);

}  // namespace mha
