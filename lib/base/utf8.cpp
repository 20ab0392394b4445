#include "base/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace mha::utf8 {
namespace {

using Byte = unsigned char;

/// What a lead byte announces: bytes in all, and the range of the second byte (later ones are 80..BF).
struct Lead {
  std::size_t size;
  Byte low, high;
};

Lead lead(Byte byte) {
  if (byte < 0x80) return {1, 0, 0};
  if (byte < 0xC2) return {0, 0, 0};
  if (byte < 0xE0) return {2, 0x80, 0xBF};
  if (byte < 0xF0) return {3, byte == 0xE0 ? Byte{0xA0} : Byte{0x80}, byte == 0xED ? Byte{0x9F} : Byte{0xBF}};
  if (byte < 0xF5) return {4, byte == 0xF0 ? Byte{0x90} : Byte{0x80}, byte == 0xF4 ? Byte{0x8F} : Byte{0xBF}};
  return {0, 0, 0};
}

/// One step over text that may be ill-formed: how many bytes, and whether they are a code point. Ill-formed
/// bytes are taken as far as they are the beginning of some code point ("maximal subpart"), at least one.
struct Step {
  std::size_t size;
  bool valid;
};

Step step(std::string_view text, std::size_t offset) {
  const Lead first = lead(static_cast<Byte>(text[offset]));
  if (first.size <= 1) return {1, first.size == 1};
  for (std::size_t i = 1; i < first.size; ++i) {
    if (offset + i >= text.size()) return {i, false};
    const auto byte = static_cast<Byte>(text[offset + i]);
    const bool fits = i == 1 ? byte >= first.low && byte <= first.high : (byte & 0xC0) == 0x80;
    if (!fits) return {i, false};
  }
  return {first.size, true};
}

/// Offset of the first byte at or after `offset` that is not ASCII, eight bytes at a time.
std::size_t skip_ascii(std::string_view text, std::size_t offset) {
  for (; offset + 8 <= text.size(); offset += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + offset, 8);
    if ((word & 0x8080808080808080U) != 0) break;
  }
  while (offset < text.size() && static_cast<Byte>(text[offset]) < 0x80) ++offset;
  return offset;
}

/// Whether a terminal does something else than show it.
bool is_hidden(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069);
}

}  // namespace

std::optional<std::size_t> find_invalid(std::string_view text) {
  for (std::size_t offset = skip_ascii(text, 0); offset < text.size(); offset = skip_ascii(text, offset)) {
    const Step taken = step(text, offset);
    if (!taken.valid) return offset;
    offset += taken.size;
  }
  return std::nullopt;
}

std::string replace_invalid(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t offset = 0; offset < text.size();) {
    const Step taken = step(text, offset);
    result += taken.valid ? text.substr(offset, taken.size) : std::string_view("\xEF\xBF\xBD");
    offset += taken.size;
  }
  return result;
}

void append(std::string& text, char32_t code_point) {
  const auto put = [&](char32_t byte) { text += static_cast<char>(static_cast<Byte>(byte)); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0 | code_point >> 6);
    put(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    put(0xE0 | code_point >> 12);
    put(0x80 | (code_point >> 6 & 0x3F));
    put(0x80 | (code_point & 0x3F));
  } else {
    put(0xF0 | code_point >> 18);
    put(0x80 | (code_point >> 12 & 0x3F));
    put(0x80 | (code_point >> 6 & 0x3F));
    put(0x80 | (code_point & 0x3F));
  }
}

void append_printable(std::string& text, std::string_view more) {
  for (std::size_t offset = 0; offset < more.size();) {
    const std::size_t begin = offset;
    while (offset < more.size() && more[offset] >= 0x20 && more[offset] < 0x7F) ++offset;
    text.append(more, begin, offset - begin);
    if (offset == more.size()) return;
    const Step taken = step(more, offset);
    std::size_t at = offset;
    if (!taken.valid) {
      text += "\xEF\xBF\xBD";
    } else if (const char32_t code_point = next(more, at); is_hidden(code_point)) {
      text += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(code_point));
    } else {
      text.append(more, offset, taken.size);
    }
    offset += taken.size;
  }
}

std::string printable(std::string_view text) {
  std::string result;
  append_printable(result, text);
  return result;
}

std::size_t length(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<Byte>(c) & 0xC0) != 0x80; }));
}

}  // namespace mha::utf8
