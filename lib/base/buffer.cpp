#include "base/buffer.h"

#include <sys/mman.h>

namespace mha {

void* allocate_aligned(std::size_t bytes) {
  const bool large = bytes >= huge_page;
  void* memory = nullptr;
  if (posix_memalign(&memory, large ? huge_page : 64, bytes) != 0) throw std::bad_alloc();
#ifdef MADV_HUGEPAGE
  if (large) madvise(memory, bytes, MADV_HUGEPAGE);  // a wish: small pages serve as well
#endif
  return memory;
}

}  // namespace mha
