// UTF-8: checking it, and walking it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mha::utf8 {

/// Offset of the first byte that is not part of well-formed UTF-8 (Unicode 15, table 3-7: no overlong forms,
/// no surrogates, nothing above U+10FFFF), or nothing.
std::optional<std::size_t> find_invalid(std::string_view text);

/// The text with each maximal ill-formed part replaced by U+FFFD, as Python's bytes.decode(errors="replace")
/// does.
std::string replace_invalid(std::string_view text);

/// The code point that starts at `offset` of well-formed text, and moves `offset` past it. Inline, as texts
/// are walked with it.
inline char32_t next(std::string_view text, std::size_t& offset) {
  const auto byte = [&](std::size_t i) {
    return static_cast<char32_t>(static_cast<unsigned char>(text[offset + i]));
  };
  const char32_t first = byte(0);
  char32_t code_point = first;
  std::size_t size = 1;
  if (first >= 0xF0) {
    code_point = (first & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F);
    size = 4;
  } else if (first >= 0xE0) {
    code_point = (first & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
    size = 3;
  } else if (first >= 0xC0) {
    code_point = (first & 0x1F) << 6 | (byte(1) & 0x3F);
    size = 2;
  }
  offset += size;
  return code_point;
}

/// Appends the UTF-8 form of `code_point`, which is at most 0x10FFFF and no surrogate.
void append(std::string& text, char32_t code_point);

/// Number of code points of well-formed text.
std::size_t length(std::string_view text);

/// The text fit to be shown on one line of a terminal: control characters, line separators and marks that
/// turn the direction of writing become \u001b or \u202e, ill-formed parts U+FFFD.
std::string printable(std::string_view text);

/// Appends what is `more` fit to be shown so.
void append_printable(std::string& text, std::string_view more);

}  // namespace mha::utf8
