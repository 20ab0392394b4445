#include "tokenizer/word_cache.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>

#include "base/buffer.h"

namespace mha {
namespace {

constexpr std::size_t slots = 8192;

/// Two cache lines. A slot of owner 0 is empty.
struct Slot {
  static constexpr std::size_t max_pieces = 10, max_bytes = 58;

  std::uint64_t owner;
  std::uint8_t bytes, pieces;
  std::array<std::uint8_t, max_pieces> begins, ends;
  std::array<char, max_bytes> word;
  std::array<std::uint32_t, max_pieces> ids;
};
static_assert(sizeof(Slot) == 128);

std::uint64_t word_hash(std::string_view word) {
  constexpr std::uint64_t odd = 0x9E3779B97F4A7C15U;
  std::uint64_t state = word.size() * odd;
  while (!word.empty()) {
    std::uint64_t block = 0;
    const std::size_t size = std::min<std::size_t>(word.size(), sizeof(block));
    std::memcpy(&block, word.data(), size);
    state = (state ^ block) * odd;
    state ^= state >> 32;
    word.remove_prefix(size);
  }
  return state;
}

Slot& slot_of(std::string_view word) {
  thread_local Buffer<Slot> memory = Buffer<Slot>::zeros(slots);
  return memory[word_hash(word) % slots];
}

std::uint64_t next_owner() {
  static std::atomic<std::uint64_t> last = 0;
  return ++last;
}

}  // namespace

WordCache::WordCache() : owner_(next_owner()) {}

bool WordCache::recall(std::string_view word, std::vector<ModelPiece>& pieces) const {
  if (word.size() > Slot::max_bytes) return false;
  const Slot& slot = slot_of(word);
  if (slot.owner != owner_ || std::string_view(slot.word.data(), slot.bytes) != word) return false;
  for (std::size_t i = 0; i < slot.pieces; ++i) {
    pieces.push_back({slot.ids[i], slot.begins[i], slot.ends[i]});
  }
  return true;
}

void WordCache::remember(std::string_view word, std::span<const ModelPiece> pieces) const {
  if (word.size() > Slot::max_bytes || pieces.size() > Slot::max_pieces) return;
  // A model may count bytes that the word does not have, so an end may lie beyond it.
  const auto far = [](const ModelPiece& piece) { return piece.end > UINT8_MAX; };
  if (std::any_of(pieces.begin(), pieces.end(), far)) return;
  Slot& slot = slot_of(word);
  slot.owner = owner_;
  slot.bytes = static_cast<std::uint8_t>(word.size());
  slot.pieces = static_cast<std::uint8_t>(pieces.size());
  std::copy(word.begin(), word.end(), slot.word.begin());
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    slot.ids[i] = pieces[i].id;
    slot.begins[i] = static_cast<std::uint8_t>(pieces[i].begin);
    slot.ends[i] = static_cast<std::uint8_t>(pieces[i].end);
  }
}

}  // namespace mha
