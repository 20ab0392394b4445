#include "base/write_all.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

namespace mha {
namespace {

/// write(data, size) gives how many bytes it took, or less than 0.
template <class Write>
int repeat(const char* data, std::size_t size, Write write) {
  while (size > 0) {
    const ssize_t written = write(data, std::min<std::size_t>(size, SSIZE_MAX));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    data += written;
    size -= static_cast<std::size_t>(written);
  }
  return 0;
}

}  // namespace

int write_all(int descriptor, const void* data, std::size_t size) {
  return repeat(static_cast<const char*>(data), size,
                [&](const char* part, std::size_t left) { return ::write(descriptor, part, left); });
}

int rewrite_all(int descriptor, std::size_t offset, std::string_view bytes) {
  return repeat(bytes.data(), bytes.size(), [&](const char* part, std::size_t left) {
    return ::pwrite(descriptor, part, left,
                    static_cast<off_t>(offset) + static_cast<off_t>(part - bytes.data()));
  });
}

}  // namespace mha
