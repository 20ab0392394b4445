// What bytes are written to, one behind the other.
#pragma once

#include <cassert>
#include <cstddef>
#include <string_view>

namespace mha {

class Sink {
 public:
  virtual ~Sink() = default;

  /// Throws Error(io) for what cannot be written.
  virtual void write(const void* data, std::size_t size) = 0;
  void write(std::string_view bytes) { write(bytes.data(), bytes.size()); }

  /// True if bytes that were written can be changed: not in a pipe, nor once they are compressed.
  virtual bool can_rewrite() const { return false; }

  /// Puts `bytes` in place of as many that were written from `offset` on; can_rewrite() holds. Throws
  /// Error(io).
  virtual void rewrite([[maybe_unused]] std::size_t offset, [[maybe_unused]] std::string_view bytes) {
    assert(false);
  }

 protected:
  Sink() = default;
  Sink(const Sink&) = default;
  Sink& operator=(const Sink&) = default;
};

}  // namespace mha
