#include "base/heap.h"

#include <malloc.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <cstdint>
#include <cstdlib>

#include "base/buffer.h"

namespace mha {
namespace {

/// The huge pages that lie wholly in this memory. A wish: small pages serve as well.
void wish_for_huge_pages([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t bytes) {
#ifdef MADV_HUGEPAGE
  const auto address = reinterpret_cast<std::uintptr_t>(memory);
  const std::size_t skipped = (huge_page - address % huge_page) % huge_page;
  if (bytes < skipped + huge_page) return;
  const std::size_t whole = (bytes - skipped) / huge_page * huge_page;
  madvise(static_cast<std::byte*>(memory) + skipped, whole, MADV_HUGEPAGE);
#endif
}

/// Room that is kept would count against a limit (ulimit -v, ulimit -d) although nothing lies in it.
bool address_space_is_limited() {
  const auto limited = [](auto resource) {
    rlimit limit{};
    return getrlimit(resource, &limit) != 0 || limit.rlim_cur != RLIM_INFINITY;
  };
  return limited(RLIMIT_AS) || limited(RLIMIT_DATA);
}

}  // namespace

void make_room(std::size_t bytes) noexcept {
  constexpr std::size_t absurd = std::size_t{1} << 36;
  if (bytes < huge_page || bytes >= absurd || address_space_is_limited()) return;
#ifdef __GLIBC__
  constexpr int always_from_heap = 1 << 30, never_back = 1 << 30;
  mallopt(M_MMAP_THRESHOLD, always_from_heap);
  mallopt(M_TRIM_THRESHOLD, never_back);
#endif
  void* const room = std::malloc(bytes);
  if (room == nullptr) return;
  wish_for_huge_pages(room, bytes);
  std::free(room);
}

}  // namespace mha
