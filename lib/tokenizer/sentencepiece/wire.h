// The wire format of protocol buffers, as far as a sentencepiece model uses it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace mha::wire {

enum class Type : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

struct Field {
  std::uint32_t number;
  Type type;
  std::uint64_t value;     ///< of varint, fixed64 and fixed32
  std::string_view bytes;  ///< of bytes: a text, a blob or a message
};

/// Walks the fields of one message, within its bytes; does not descend into messages.
class Reader {
 public:
  explicit Reader(std::string_view message) : message_(message) {}

  /// The next field; nothing at the end of the message, and where it is broken.
  std::optional<Field> next();

  /// Whether the walk ended before the end: a length beyond it, a number of more than ten bytes, a group
  /// (which models do not have), a field number of 0.
  bool broken() const { return broken_; }

 private:
  std::optional<std::uint64_t> varint();
  std::optional<std::uint64_t> fixed(std::size_t size);
  std::optional<Field> value(std::uint64_t tag);

  std::string_view message_;
  std::size_t at_ = 0;
  bool broken_ = false;
};

}  // namespace mha::wire
