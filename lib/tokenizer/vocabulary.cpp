#include "tokenizer/vocabulary.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace mha {

Vocabulary::Vocabulary(std::span<const Entry> entries)
    : slots_(Buffer<Slot>::zeros(std::bit_ceil(entries.size() + entries.size() / 2 + 1))) {
  std::size_t bytes = 0, ids = 0;
  for (const Entry& entry : entries) {
    bytes += entry.piece.size();
    ids = std::max(ids, std::size_t{entry.id} + 1);
    longest_ = std::max(longest_, entry.piece.size());
  }
  text_ = Buffer<char>::uninitialised(bytes);
  by_id_ = Buffer<Place>::zeros(ids);
  std::uint32_t offset = 0;
  for (const Entry& entry : entries) {
    const Place place{offset, static_cast<std::uint32_t>(entry.piece.size())};
    if (place.length != 0) std::memcpy(text_.data() + offset, entry.piece.data(), place.length);
    insert(place, entry.id);
    offset += place.length;
  }
}

void Vocabulary::insert(Place place, std::uint32_t id) {
  PieceHash hash;
  hash.add(text(place));
  Slot& slot = slots_[slot_of(hash, {}, text(place))];
  slot = {place, hash.tag(), id + 1};
  if (by_id_[id].length != 0) unique_ids_ = false;
  by_id_[id] = place;
}

/// The slot of that piece, or the empty one where it would stand.
std::uint32_t Vocabulary::slot_of(PieceHash hash, std::string_view prefix, std::string_view rest) const {
  const std::uint32_t mask = static_cast<std::uint32_t>(slots_.size()) - 1;
  std::uint32_t at = hash.slot() & mask;
  for (; slots_[at].id_plus_one != 0; at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.tag != hash.tag() || slot.place.length != prefix.size() + rest.size()) continue;
    const std::string_view found = text(slot.place);
    if (found.starts_with(prefix) && found.substr(prefix.size()) == rest) break;
  }
  return at;
}

std::optional<std::uint32_t> Vocabulary::find(std::string_view piece) const {
  if (piece.size() > longest_) return std::nullopt;
  PieceHash hash;
  hash.add(piece);
  return find(hash, {}, piece);
}

std::optional<std::uint32_t> Vocabulary::find(PieceHash hash, std::string_view prefix,
                                              std::string_view rest) const {
  const Slot& slot = slots_[slot_of(hash, prefix, rest)];
  if (slot.id_plus_one == 0) return std::nullopt;
  return slot.id_plus_one - 1;
}

}  // namespace mha
