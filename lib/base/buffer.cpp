#include "base/buffer.h"

#include <sys/mman.h>

#include <algorithm>
#include <mutex>
#include <vector>

namespace mha {
namespace {

/// From this size on the library is apt to give pages back to the system when a block is freed.
constexpr std::size_t least_kept = 16 * 1024;

/// Large blocks that were freed, for the next that ask for about as much: the steps of a layer need the same
/// sizes again and again, and the system clears each page that it hands out.
class FreeBlocks {
 public:
  /// A block of at least `bytes` that wastes at most a quarter, or null.
  void* take(std::size_t bytes) {
    const std::scoped_lock lock(mutex_);
    const auto fits = [&](const Block& block) {
      return block.bytes >= bytes && block.bytes <= bytes + bytes / 4;
    };
    const auto found = std::find_if(blocks_.begin(), blocks_.end(), fits);
    if (found == blocks_.end()) return nullptr;
    void* const memory = found->memory;
    held_ -= found->bytes;
    blocks_.erase(found);
    return memory;
  }

  /// False if there is enough in store.
  bool keep(void* memory, std::size_t bytes) noexcept {
    const std::scoped_lock lock(mutex_);
    if (held_ + bytes > most_held || blocks_.size() == blocks_.capacity()) return false;
    blocks_.push_back({memory, bytes});
    held_ += bytes;
    return true;
  }

 private:
  static constexpr std::size_t most_held = std::size_t{128} << 20, most_blocks = 128;

  struct Block {
    void* memory;
    std::size_t bytes;
  };

  FreeBlocks() { blocks_.reserve(most_blocks); }
  friend FreeBlocks& free_blocks();

  std::mutex mutex_;
  std::vector<Block> blocks_;
  std::size_t held_ = 0;
};

/// Never destroyed: buffers may be freed at the very end.
FreeBlocks& free_blocks() {
  static FreeBlocks& blocks = *new FreeBlocks;
  return blocks;
}

}  // namespace

void* allocate_aligned(std::size_t bytes) {
  const bool large = bytes >= huge_page;
  void* memory = bytes < least_kept ? nullptr : free_blocks().take(bytes);
  if (memory != nullptr) return memory;
  if (posix_memalign(&memory, large ? huge_page : 64, bytes) != 0) throw std::bad_alloc();
#ifdef MADV_HUGEPAGE
  if (large) madvise(memory, bytes, MADV_HUGEPAGE);  // a wish: small pages serve as well
#endif
  return memory;
}

void free_aligned(void* memory, std::size_t bytes) noexcept {
  if (bytes < least_kept || !free_blocks().keep(memory, bytes)) std::free(memory);
}

}  // namespace mha
