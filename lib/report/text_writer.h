// Writing much text with many numbers in it.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstring>
#include <string_view>

#include "base/buffer.h"
#include "base/sink.h"

namespace mha {

/// Gathers text until there is enough to be written. What is left is written by flush.
class TextWriter {
 public:
  explicit TextWriter(Sink& sink) : sink_(sink) {}

  void text(std::string_view text) {
    if (text.size() > buffer_.size() - used_) flush();
    if (text.size() > buffer_.size()) return sink_.write(text);
    std::memcpy(buffer_.data() + used_, text.data(), text.size());
    used_ += text.size();
  }

  void character(char c) { text({&c, 1}); }

  /// The shortest decimals that give the same number again, of its own type; "nan", "inf", "-inf".
  template <class Number>
  void number(Number value) {
    constexpr std::size_t most = 32;
    if (most > buffer_.size() - used_) flush();
    char* const place = buffer_.data() + used_;
    used_ += static_cast<std::size_t>(std::to_chars(place, place + most, value).ptr - place);
  }

  /// Throws Error(io), as all others may.
  void flush() {
    sink_.write(buffer_.data(), used_);
    used_ = 0;
  }

 private:
  Sink& sink_;
  Buffer<char> buffer_ = Buffer<char>::uninitialised(std::size_t{1} << 17);
  std::size_t used_ = 0;
};

}  // namespace mha
