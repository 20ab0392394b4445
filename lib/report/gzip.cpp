#include "report/gzip.h"

#define ZLIB_CONST  // what is read from is const
#include <zlib.h>

#include <algorithm>
#include <cstddef>
#include <new>
#include <vector>

namespace mha {
namespace {

/// Numbers as text become a third as long at any level; level 1 takes a fifth of the time of level 6.
constexpr int level = 1;
constexpr int gzip_format = 16, window_bits = 15, memory_level = 8;  // as deflateInit2 has them

}  // namespace

class GzipSink::Stream {
 public:
  explicit Stream(Sink& sink) : sink_(sink), packed_(std::size_t{1} << 17) {
    if (deflateInit2(&stream_, level, Z_DEFLATED, window_bits + gzip_format, memory_level,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
      throw std::bad_alloc();
    }
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { deflateEnd(&stream_); }

  void deflate_all(const void* data, std::size_t size, int flush) {
    const auto* rest = static_cast<const Bytef*>(data);
    do {
      const std::size_t part = std::min<std::size_t>(size, std::size_t{1} << 24);
      stream_.next_in = rest;
      stream_.avail_in = static_cast<uInt>(part);
      do {
        stream_.next_out = packed_.data();
        stream_.avail_out = static_cast<uInt>(packed_.size());
        deflate(&stream_, flush);
        sink_.write(packed_.data(), packed_.size() - stream_.avail_out);
      } while (stream_.avail_out == 0);
      rest += part;
      size -= part;
    } while (size > 0);
  }

 private:
  Sink& sink_;
  std::vector<Bytef> packed_;
  z_stream stream_{};
};

GzipSink::GzipSink(Sink& sink) : stream_(std::make_unique<Stream>(sink)) {}

GzipSink::~GzipSink() = default;

void GzipSink::write(const void* data, std::size_t size) { stream_->deflate_all(data, size, Z_NO_FLUSH); }

void GzipSink::finish() { stream_->deflate_all(nullptr, 0, Z_FINISH); }

}  // namespace mha
