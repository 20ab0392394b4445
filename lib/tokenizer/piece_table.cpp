#include "tokenizer/piece_table.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

namespace mha {
namespace {

constexpr std::size_t header_size = 4;

/// Slots lie anywhere in memory: those of so many pieces are asked for before the first is looked at.
constexpr std::uint32_t together = 16;

struct Sizes {
  std::size_t slots, longest = 0, text = 0;

  explicit Sizes(std::span<const std::string_view> pieces) : slots(std::bit_ceil(2 * pieces.size() + 1)) {
    for (std::string_view piece : pieces) {
      longest = std::max(longest, piece.size());
      text += piece.size();
    }
  }
};

}  // namespace

PieceTable::PieceTable(std::span<const std::uint32_t> image)
    : image_(image),
      slots_(reinterpret_cast<const Slot*>(image.data() + header_size)),
      offsets_(image.data() + header_size + 2 * std::size_t{image[1]}),
      text_(reinterpret_cast<const char*>(offsets_ + image[0] + 1)) {}

PieceTable PieceTable::over(std::span<const std::uint32_t> image) { return PieceTable(image); }

PieceTable PieceTable::build(std::span<const std::string_view> pieces) {
  const Sizes sizes(pieces);
  const std::size_t text_words = (sizes.text + 3) / 4;
  auto own = Buffer<std::uint32_t>::zeros(header_size + 2 * sizes.slots + pieces.size() + 1 + text_words);
  const std::size_t header[] = {pieces.size(), sizes.slots, sizes.longest, sizes.text};
  std::transform(header, header + header_size, own.data(),
                 [](std::size_t n) { return static_cast<std::uint32_t>(n); });
  std::uint32_t* offsets = own.data() + header_size + 2 * sizes.slots;
  char* text = reinterpret_cast<char*>(offsets + pieces.size() + 1);
  for (std::size_t id = 0; id < pieces.size(); ++id) {
    std::copy(pieces[id].begin(), pieces[id].end(), text + offsets[id]);
    offsets[id + 1] = offsets[id] + static_cast<std::uint32_t>(pieces[id].size());
  }
  fill_slots(own.span());
  PieceTable table(own.span());
  table.own_ = std::move(own);
  return table;
}

void PieceTable::fill_slots(std::span<std::uint32_t> image) {
  const PieceTable table(image);
  std::uint32_t* const slots = image.data() + header_size;
  const std::uint32_t mask = image[1] - 1, count = image[0];
  std::array<PieceHash, together> hashes;
  for (std::uint32_t id = 0; id < count; ++id) {
    if (id % together == 0) {
      for (std::uint32_t next = id; next < std::min(id + together, count); ++next) {
        PieceHash& hash = hashes[next % together] = {};
        hash.add(table.piece(next));
        __builtin_prefetch(&table.slots_[hash.slot() & mask]);
      }
    }
    const PieceHash hash = hashes[id % together];
    std::uint32_t at = hash.slot() & mask;
    const auto same = [&] {
      return slots[2 * at] == hash.tag() && table.piece(slots[2 * at + 1] - 1) == table.piece(id);
    };
    while (slots[2 * at + 1] != 0 && !same()) at = (at + 1) & mask;
    if (slots[2 * at + 1] != 0) continue;
    slots[2 * at] = hash.tag();
    slots[2 * at + 1] = id + 1;
  }
}

std::optional<std::uint32_t> PieceTable::find(std::string_view piece) const {
  PieceHash hash;
  hash.add(piece);
  return find(hash, {}, piece);
}

std::optional<std::uint32_t> PieceTable::find(PieceHash hash, std::string_view prefix,
                                              std::string_view rest) const {
  const std::uint32_t mask = image_[1] - 1;
  for (std::uint32_t at = hash.slot() & mask; slots_[at].id_plus_one != 0; at = (at + 1) & mask) {
    if (slots_[at].tag != hash.tag()) continue;
    const std::uint32_t id = slots_[at].id_plus_one - 1;
    const std::string_view found = piece(id);
    const bool same = found.size() == prefix.size() + rest.size() && found.starts_with(prefix) &&
                      found.substr(prefix.size()) == rest;
    if (same) return id;
  }
  return std::nullopt;
}

}  // namespace mha
