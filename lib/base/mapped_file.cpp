#include "base/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

#include "base/descriptor.h"
#include "base/error.h"
#include "base/utf8.h"

namespace mha {
namespace {

[[noreturn]] void fail_io(const std::string& path, int error_number) {
  fail(Status::io, "{}: cannot be read: {}", utf8::printable(path), system_text(error_number));
}

/// The size of what is open, which must be a regular file.
std::size_t size_of(const Descriptor& file, const std::string& path) {
  struct stat info {};
  if (::fstat(file.number(), &info) != 0) fail_io(path, errno);
  if (S_ISDIR(info.st_mode)) fail_io(path, EISDIR);
  if (!S_ISREG(info.st_mode)) {
    fail(Status::data, "{}: not a regular file; weights are read in any order, so copy them to one",
         utf8::printable(path));
  }
  return static_cast<std::size_t>(info.st_size);
}

Buffer<std::byte> read_whole(const Descriptor& file, const std::string& path, std::size_t size) {
  auto content = Buffer<std::byte>::uninitialised(size);
  for (std::size_t done = 0; done < size;) {
    const std::size_t step = std::min<std::size_t>(size - done, SSIZE_MAX);
    const ssize_t count = ::pread(file.number(), content.data() + done, step, static_cast<off_t>(done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail_io(path, errno);
    if (count == 0) fail(Status::io, "{}: shrank while being read; run again", utf8::printable(path));
    done += static_cast<std::size_t>(count);
  }
  return content;
}

}  // namespace

MappedFile::MappedFile(const std::string& path) {
  if (path.find('\0') != std::string::npos) {
    fail(Status::io, "{}: a path cannot hold a NUL", utf8::printable(path));
  }
  // A pipe without a writer must not keep the open waiting.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (file.number() < 0) fail_io(path, errno);
  const std::size_t size = size_of(file, path);
  if (size == 0) return;
  void* const map = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.number(), 0);
  if (map != MAP_FAILED) {
    bytes_ = {static_cast<const std::byte*>(map), size};
    guard_.emplace(bytes_, path);
    return;
  }
  if (errno != ENOMEM && errno != ENODEV) fail_io(path, errno);
  read_ = read_whole(file, path, size);
  bytes_ = read_.span();
}

void MappedFile::let_go(std::span<const std::byte> part) const noexcept {
  if (!guard_) return;
  // Whole pages only: the first and last may hold bytes of others.
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = static_cast<std::size_t>(part.data() - bytes_.data());
  const std::size_t first = (begin + page - 1) / page * page, last = (begin + part.size()) / page * page;
  if (first >= last) return;
  ::madvise(const_cast<std::byte*>(bytes_.data()) + first, last - first, MADV_DONTNEED);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : bytes_(std::exchange(other.bytes_, {})),
      guard_(std::move(other.guard_)),
      read_(std::move(other.read_)) {}

MappedFile::~MappedFile() {
  if (bytes_.empty() || !guard_) return;
  guard_.reset();
  ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace mha
