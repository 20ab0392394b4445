#include "report/zip_writer.h"

#include <minizip/zip.h>

#include <algorithm>
#include <exception>
#include <new>
#include <numeric>
#include <optional>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/spool_file.h"

namespace mha {
namespace {

/// 1980-01-01, the first day that zip knows, as in archives of numpy.savez.
constexpr uLong first_day = 1UL << 21 | 1UL << 16;

/// Floats lose an eighth at most at any level, and one percent more at level 6, which takes half as long
/// again.
constexpr int level = 1;

/// Of that size on, sizes take 64 bits: 4 GiB less what deflate may add to what does not become smaller.
constexpr std::size_t large = 0xFF000000;

/// The bytes before a member (APPNOTE 4.3.7) without its name, and those that minizip adds for 64-bit sizes.
constexpr std::size_t header_bytes = 30, large_bytes = 20;

/// An extra field of the header that says nothing but fills it up to a multiple of 64: id 0xD935, of
/// Android's zipalign, then its own length, then the alignment.
std::string filling(std::size_t end_of_header) {
  constexpr std::size_t alignment = 64, least = 6;
  const std::size_t size = least + (alignment - (end_of_header + least) % alignment) % alignment;
  std::string field = {'\x35', '\xD9', static_cast<char>(size - 4), 0, alignment, 0};
  field.resize(size);
  return field;
}

/// What minizip takes for a file. An exception must not pass through it: the first is kept for later.
class Target {
 public:
  explicit Target(Sink& sink) : sink_(sink) {}

  std::size_t place() const { return place_; }
  void seek(std::size_t place) { place_ = place; }
  std::size_t end() const { return flushed_ + waiting_.size(); }

  uLong write(const char* data, std::size_t size) noexcept try {
    if (place_ == end()) {
      append({data, size});
    } else {
      flush();
      sink_.rewrite(place_, {data, size});
    }
    place_ += size;
    return size;
  } catch (...) {
    if (!failure_) failure_ = std::current_exception();
    return 0;
  }

  void flush() {
    sink_.write(waiting_);
    flushed_ += waiting_.size();
    waiting_.clear();
  }

  void check(int result) const {
    if (failure_) std::rethrow_exception(failure_);
    if (result != ZIP_OK) throw std::bad_alloc();  // nothing else is left that can fail
  }

 private:
  /// minizip writes numbers of few bytes, which wait for more, and data in parts of 64 KiB, which do not.
  void append(std::string_view bytes) {
    constexpr std::size_t few = 4096;
    if (bytes.size() < few) {
      waiting_ += bytes;
      return;
    }
    flush();
    sink_.write(bytes);
    flushed_ += bytes.size();
  }

  Sink& sink_;
  std::string waiting_;
  std::size_t flushed_ = 0, place_ = 0;
  std::exception_ptr failure_;
};

Target& target_of(voidpf opaque) { return *static_cast<Target*>(opaque); }

long seek(voidpf opaque, voidpf, ZPOS64_T offset, int origin) {
  Target& target = target_of(opaque);
  const std::size_t base = origin == ZLIB_FILEFUNC_SEEK_SET   ? 0
                           : origin == ZLIB_FILEFUNC_SEEK_CUR ? target.place()
                                                              : target.end();
  target.seek(base + offset);
  return 0;
}

zlib_filefunc64_def functions_of(Target& target) {
  return {.zopen64_file = [](voidpf opaque, const void*, int) { return opaque; },
          .zread_file = [](voidpf, voidpf, void*, uLong) -> uLong { return 0; },
          .zwrite_file = [](voidpf opaque, voidpf, const void* data, uLong size) -> uLong {
            return target_of(opaque).write(static_cast<const char*>(data), size);
          },
          .ztell64_file = [](voidpf opaque, voidpf) -> ZPOS64_T { return target_of(opaque).place(); },
          .zseek64_file = seek,
          .zclose_file = [](voidpf, voidpf) { return 0; },
          .zerror_file = [](voidpf, voidpf) { return 0; },
          .opaque = &target};
}

}  // namespace

class ZipWriter::Archive {
 public:
  Archive(Sink& sink, ZipMethod method)
      : sink_(sink), method_(method), target_(sink.can_rewrite() ? sink : spool_.emplace()) {
    zlib_filefunc64_def functions = functions_of(target_);
    zip_ = zipOpen2_64("", APPEND_STATUS_CREATE, nullptr, &functions);
    if (zip_ == nullptr) throw std::bad_alloc();
  }
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;
  ~Archive() {
    if (zip_ != nullptr) zipClose(zip_, nullptr);
  }

  void open(const std::string& name, std::size_t size) {
    const bool stored = method_ == ZipMethod::stored, is_large = size >= large;
    const std::size_t end = target_.end() + header_bytes + name.size() + (is_large ? large_bytes : 0);
    const std::string extra = stored ? filling(end) : std::string();
    zip_fileinfo info{};
    info.dosDate = first_day;
    target_.check(zipOpenNewFileInZip64(zip_, name.c_str(), &info, extra.data(),
                                        static_cast<uInt>(extra.size()), nullptr, 0, nullptr,
                                        stored ? 0 : Z_DEFLATED, level, is_large ? 1 : 0));
  }

  void write(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
      const auto part = bytes.first(std::min<std::size_t>(bytes.size(), std::size_t{1} << 24));
      target_.check(zipWriteInFileInZip(zip_, part.data(), static_cast<unsigned>(part.size())));
      bytes = bytes.subspan(part.size());
    }
  }

  void close() { target_.check(zipCloseFileInZip(zip_)); }

  void finish() {
    target_.check(zipClose(std::exchange(zip_, nullptr), nullptr));
    target_.flush();
    if (spool_) spool_->copy_to(sink_);
  }

 private:
  Sink& sink_;
  ZipMethod method_;
  std::optional<SpoolFile> spool_;
  Target target_;
  zipFile zip_;
};

ZipWriter::ZipWriter(Sink& sink, ZipMethod method) : archive_(std::make_unique<Archive>(sink, method)) {}

ZipWriter::~ZipWriter() = default;

void ZipWriter::add(const std::string& name, std::span<const std::span<const std::byte>> parts) {
  const std::size_t size =
      std::accumulate(parts.begin(), parts.end(), std::size_t{0},
                      [](std::size_t sum, std::span<const std::byte> part) { return sum + part.size(); });
  archive_->open(name, size);
  for (const auto part : parts) archive_->write(part);
  archive_->close();
}

void ZipWriter::finish() { archive_->finish(); }

}  // namespace mha
