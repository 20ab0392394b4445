#include "tokenizer/models/word_cache.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>

#include "base/buffer.h"
#include "base/quick_hash.h"

namespace mha {
namespace {

constexpr std::size_t slots = std::size_t{1} << 15;

/// A line of the processor's cache. Owner 0 has none. A piece begins where the one before it ends.
struct Slot {
  static constexpr std::size_t max_pieces = 6, max_bytes = 28;

  std::uint32_t owner;
  std::uint8_t bytes, pieces;
  std::array<std::uint8_t, max_pieces> ends;
  std::array<std::uint32_t, max_pieces> ids;
  std::array<char, max_bytes> word;
};
static_assert(sizeof(Slot) == 64);

Slot& slot_of(std::string_view word) {
  thread_local Buffer<Slot> memory = Buffer<Slot>::zeros(slots);
  return memory[quick_hash(word) % slots];
}

std::uint32_t next_owner() {
  static std::atomic<std::uint32_t> last = 0;
  return ++last;
}

/// Whether the pieces follow each other from the beginning, and end near enough.
bool fit(std::span<const ModelPiece> pieces) {
  std::uint32_t end = 0;
  for (const ModelPiece& piece : pieces) {
    if (piece.begin != end || piece.end > UINT8_MAX) return false;
    end = piece.end;
  }
  return pieces.size() <= Slot::max_pieces;
}

}  // namespace

WordCache::WordCache() : owner_(next_owner()) {}

bool WordCache::recall(std::string_view word, std::vector<ModelPiece>& pieces) const {
  if (word.size() > Slot::max_bytes) return false;
  const Slot& slot = slot_of(word);
  if (slot.owner != owner_ || std::string_view(slot.word.data(), slot.bytes) != word) return false;
  std::uint32_t begin = 0;
  for (std::size_t i = 0; i < slot.pieces; ++i) {
    pieces.push_back({slot.ids[i], begin, slot.ends[i]});
    begin = slot.ends[i];
  }
  return true;
}

void WordCache::remember(std::string_view word, std::span<const ModelPiece> pieces) const {
  if (word.size() > Slot::max_bytes || !fit(pieces)) return;
  Slot& slot = slot_of(word);
  slot.owner = owner_;
  slot.bytes = static_cast<std::uint8_t>(word.size());
  slot.pieces = static_cast<std::uint8_t>(pieces.size());
  std::copy(word.begin(), word.end(), slot.word.begin());
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    slot.ids[i] = pieces[i].id;
    slot.ends[i] = static_cast<std::uint8_t>(pieces[i].end);
  }
}

}  // namespace mha
