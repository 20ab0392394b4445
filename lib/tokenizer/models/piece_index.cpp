#include "tokenizer/models/piece_index.h"

#include <bit>

namespace mha {

// Pieces have about five characters: about eight beginnings a word of 32 pairs of bits.
PieceIndex::PieceIndex(std::span<const Vocabulary::Entry> entries)
    : vocabulary_(entries), filter_(Buffer<std::uint64_t>::zeros(std::bit_ceil(entries.size() / 2 + 1))) {
  for (const Vocabulary::Entry& entry : entries) add_to_filter(entry.piece);
}

void PieceIndex::add_to_filter(std::string_view piece) {
  PieceHash hash;
  for (std::size_t at = 0; at < piece.size();) {
    const std::size_t end = at + character_bytes(piece[at]);
    hash.add(piece.substr(at, end - at));
    at = end;
    filter_[word_of(hash)] |= (at == piece.size() ? ends : goes_on) << shift_of(hash);
  }
}

}  // namespace mha
