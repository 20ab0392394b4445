// The merges of a byte-pair encoding, and what they make of a word.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/buffer.h"

namespace mha {

/// What two neighbours become. The place of a merge in its list is its rank: the lowest comes first.
struct Merge {
  std::uint32_t left, right, id;
};

/// Finds merges by their pairs. A pair and its rank are one word of memory, as most of the time of a BPE is
/// spent waiting for them; so there are at most 2^22 - 2 merges, of ids below 2^21.
class MergeTable {
 public:
  static constexpr std::size_t max_merges = (std::size_t{1} << 22) - 2;
  static constexpr std::size_t max_ids = std::size_t{1} << 21;

  /// Of two merges of a pair the later one holds.
  explicit MergeTable(std::span<const Merge> merges);

  /// The rank of the merge of that pair.
  std::optional<std::uint32_t> find(std::uint32_t left, std::uint32_t right) const {
    const std::uint64_t hash = hash_of(left, right);
    for (std::size_t at = hash >> shift_;; at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at] >> rank_bits == hash) return static_cast<std::uint32_t>(slots_[at] & rank_mask);
      if (slots_[at] == empty) return std::nullopt;
    }
  }

  /// The id that the merge of that rank gives.
  std::uint32_t id_of(std::uint32_t rank) const { return ids_[rank]; }

 private:
  static constexpr int rank_bits = 22, id_bits = 21;
  static constexpr std::uint64_t rank_mask = (std::uint64_t{1} << rank_bits) - 1;
  static constexpr std::uint64_t hash_mask = (std::uint64_t{1} << 2 * id_bits) - 1;
  static constexpr std::uint64_t empty = UINT64_MAX;

  /// Another hash for each pair, as the factor is odd.
  static constexpr std::uint64_t hash_of(std::uint32_t left, std::uint32_t right) {
    return (std::uint64_t{left} << id_bits | right) * 0x9E3779B97F4A7C15U & hash_mask;
  }

  Buffer<std::uint64_t> slots_;  ///< hash * 2^22 + rank, searched linearly from the top bits of the hash
  std::vector<std::uint32_t> ids_;
  int shift_;
};

/// A part of a word: a piece, and the bytes of the word that it stands for.
struct Symbol {
  std::uint32_t id, bytes;
};

/// The longest word for `merge_few`.
inline constexpr std::size_t few_symbols = 32;

/// Merges neighbours until no merge is left: the lowest rank first, of equal ranks the leftmost. For at most
/// `few_symbols` symbols, and for tables in which a symbol that grows to the right always meets merges that
/// give other ids than before.
void merge_few(std::vector<Symbol>& symbols, const MergeTable& merges);

/// The same for words of any length and any table, as the official library does it: a merge that was found is
/// done as long as its neighbours still give the same id.
void merge_many(std::vector<Symbol>& symbols, const MergeTable& merges);

}  // namespace mha
