// The character that stands for a byte in byte-level vocabularies, as GPT-2 chose them.
#pragma once

#include <array>

namespace mha {

/// Printable characters of Latin-1 stand for themselves, the other 68 bytes are U+0100 and on, in order.
constexpr std::array<char32_t, 256> byte_characters = [] {
  std::array<char32_t, 256> table{};
  char32_t next = 0x100;
  for (char32_t byte = 0; byte < 256; ++byte) {
    const bool printable =
        (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte <= 0xAC) || (byte >= 0xAE && byte <= 0xFF);
    table[byte] = printable ? byte : next++;
  }
  return table;
}();

constexpr char32_t byte_character(unsigned char byte) { return byte_characters[byte]; }

}  // namespace mha
