#include "tokenizer/models/vocabulary.h"

#include <algorithm>
#include <bit>
#include <vector>

namespace mha {
namespace {

/// Slots lie anywhere in memory: so many look-ups ahead they are asked for.
constexpr std::size_t ahead = 12;

}  // namespace

Vocabulary::Vocabulary(std::span<const Entry> entries)
    : slots_(Buffer<Slot>::zeros(std::bit_ceil(entries.size() + entries.size() / 2 + 1))) {
  std::size_t bytes = 0, ids = 0;
  for (const Entry& entry : entries) {
    bytes += entry.piece.size();
    ids = std::max(ids, std::size_t{entry.id} + 1);
    longest_ = std::max(longest_, entry.piece.size());
  }
  text_ = Buffer<char>::uninitialised(bytes);
  by_id_ = Buffer<Range>::zeros(ids);
  std::vector<Hashed> pieces;
  pieces.reserve(entries.size());
  std::uint32_t offset = 0;
  for (const Entry& entry : entries) {
    pieces.push_back(copy(entry.piece, offset));
    offset += static_cast<std::uint32_t>(entry.piece.size());
  }
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (i + ahead < pieces.size()) prefetch(pieces[i + ahead].hash);
    insert(pieces[i], entries[i].id);
  }
}

Vocabulary::Hashed Vocabulary::copy(std::string_view piece, std::uint32_t offset) {
  std::copy(piece.begin(), piece.end(), text_.data() + offset);
  PieceHash hash;
  hash.add(piece);
  return {{offset, static_cast<std::uint32_t>(piece.size())}, hash};
}

void Vocabulary::insert(const Hashed& piece, std::uint32_t id) {
  Slot& slot = slots_[slot_of(piece.hash, {}, text(piece.range))];
  slot = {piece.range, piece.hash.tag(), id + 1};
  if (by_id_[id].length != 0) unique_ids_ = false;
  by_id_[id] = piece.range;
}

std::optional<std::uint32_t> Vocabulary::find(std::string_view piece) const {
  if (piece.size() > longest_) return std::nullopt;
  PieceHash hash;
  hash.add(piece);
  return find(hash, {}, piece);
}

}  // namespace mha
