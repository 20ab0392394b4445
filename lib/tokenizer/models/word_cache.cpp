#include "tokenizer/models/word_cache.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>

#include "base/buffer.h"

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

template <class Block>
std::uint64_t block_at(const char* bytes) {
  Block block;
  std::memcpy(&block, bytes, sizeof(block));
  return block;
}

std::uint64_t mix(std::uint64_t state, std::uint64_t block) {
  state = (state ^ block) * 0x9E3779B97F4A7C15U;
  return state ^ state >> 32;
}

/// Reads the last bytes as a block that may overlap the one before.
std::uint64_t word_hash(std::string_view word) {
  const std::size_t size = word.size();
  std::uint64_t state = size;
  if (size < 4) {
    for (const char byte : word) state = state << 8 | static_cast<unsigned char>(byte);
    return mix(state, 0);
  }
  if (size < 8) {
    return mix(state,
               block_at<std::uint32_t>(word.data()) << 32 | block_at<std::uint32_t>(word.data() + size - 4));
  }
  for (std::size_t at = 0; at + 8 < size; at += 8)
    state = mix(state, block_at<std::uint64_t>(word.data() + at));
  return mix(state, block_at<std::uint64_t>(word.data() + size - 8));
}

Slot& slot_of(std::string_view word) {
  thread_local Buffer<Slot> memory = Buffer<Slot>::zeros(slots);
  return memory[word_hash(word) % slots];
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
