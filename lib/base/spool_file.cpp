#include "base/spool_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include "base/error.h"
#include "base/unfinished.h"
#include "base/write_all.h"

namespace mha {
namespace {

[[noreturn]] void fail_io(const char* deed, int error_number) {
  fail(Status::io, "a temporary file cannot be {}: {}; set TMPDIR to a folder with room", deed,
       system_text(error_number));
}

void check_written(int error_number) {
  if (error_number != 0) fail_io("written", error_number);
}

int open_unnamed() {
  std::error_code error;
  const auto folder = std::filesystem::temp_directory_path(error);
  if (error) fail_io("made", error.value());
  std::string name = folder / "mha-XXXXXX";
  const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
  if (descriptor < 0) fail_io("made", errno);
  const UnfinishedFile without_name(name);
  return descriptor;
}

}  // namespace

SpoolFile::SpoolFile() : file_(open_unnamed()) {}

void SpoolFile::write(const void* data, std::size_t size) {
  check_written(write_all(file_.number(), data, size));
}

void SpoolFile::rewrite(std::size_t offset, std::string_view bytes) {
  check_written(rewrite_all(file_.number(), offset, bytes));
}

void SpoolFile::copy_to(Sink& sink) const {
  std::vector<char> part(std::size_t{1} << 18);
  for (off_t offset = 0;;) {
    const ssize_t count = ::pread(file_.number(), part.data(), part.size(), offset);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail_io("read", errno);
    if (count == 0) return;
    sink.write(part.data(), static_cast<std::size_t>(count));
    offset += count;
  }
}

}  // namespace mha
