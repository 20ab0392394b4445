#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/descriptor.h"
#include "base/error.h"

namespace mha {
namespace {

/// Standard input is read from where it stands: opened by its name, a socket fails and a file begins anew.
int open_to_read(const std::string& path) {
  if (path == "/dev/stdin") return ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
  return ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
}

[[noreturn]] void fail_io(const std::string& path) {
  fail(Status::io, "{}: cannot be read: {}", path, system_text(errno));
}

[[noreturn]] void fail_limit(const std::string& path, std::size_t limit) {
  fail(Status::limit, "{}: holds more than {} bytes, the most that is read of such a file", path, limit);
}

/// Some devices never end: what one gives beyond this is not a file that somebody means.
constexpr std::size_t max_device_bytes = std::size_t{64} << 20;

struct stat info_of(const Descriptor& file, const std::string& path) {
  struct stat info {};
  if (::fstat(file.number(), &info) != 0) fail_io(path);
  if (S_ISDIR(info.st_mode)) {
    errno = EISDIR;
    fail_io(path);
  }
  return info;
}

/// Reads up to `size` bytes behind what `content` holds; false at the end of the file.
bool read_more(const Descriptor& file, const std::string& path, std::string& content, std::size_t size) {
  const std::size_t before = content.size();
  content.resize(before + size);
  ssize_t count = 0;
  do {
    count = ::read(file.number(), content.data() + before, size);
  } while (count < 0 && errno == EINTR);
  if (count < 0) fail_io(path);
  content.resize(before + static_cast<std::size_t>(count));
  return count > 0;
}

}  // namespace

std::string read_file(const std::string& path, std::size_t limit) {
  // A path with a NUL would name another file to the system than the one that the user gave.
  if (path.find('\0') != std::string::npos) fail(Status::io, "{}: a path cannot hold a NUL", path.c_str());
  const Descriptor file(open_to_read(path));
  if (file.number() < 0) fail_io(path);
  const struct stat info = info_of(file, path);
  if (S_ISCHR(info.st_mode)) limit = std::min(limit, max_device_bytes);
  // What is not a regular file states no size, and /proc states 0.
  const std::size_t stated = S_ISREG(info.st_mode) ? static_cast<std::size_t>(info.st_size) : 0;
  if (stated > limit) fail_limit(path, limit);
  std::string content;
  // One byte more than is expected: it finds the end, or that the file has grown.
  constexpr std::size_t least = 64 * 1024;
  std::size_t step = std::max(stated + 1, least);
  content.reserve(stated + least);
  while (read_more(file, path, content, std::min(step, limit + 1 - content.size()))) {
    if (content.size() > limit) fail_limit(path, limit);
    // A file of the size that it states has only its end left, for which no memory should be made ready.
    step = content.size() == stated ? least - 1 : std::max(least, content.size());
  }
  return content;
}

}  // namespace mha
