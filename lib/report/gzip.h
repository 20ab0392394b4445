// Compressing what is written: .gz.
#pragma once

#include <memory>

#include "base/sink.h"

namespace mha {

/// Writes all it gets to another sink as one gzip member (RFC 1952) without a name and a time, so that equal
/// contents have equal bytes.
class GzipSink : public Sink {
 public:
  explicit GzipSink(Sink& sink);
  GzipSink(const GzipSink&) = delete;
  GzipSink& operator=(const GzipSink&) = delete;
  ~GzipSink() override;

  using Sink::write;
  void write(const void* data, std::size_t size) override;

  /// Writes what is left, and the checksum behind it.
  void finish();

 private:
  class Stream;
  std::unique_ptr<Stream> stream_;
};

}  // namespace mha
