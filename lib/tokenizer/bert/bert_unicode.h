// Unicode as the uncased BERT tokenizer of Hugging Face's `tokenizers` sees it: the tables of several Unicode
// versions at once, see bert_unicode.cpp. Code points below U+0080 are answered without a table look-up.
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace mha::bert {

/// What the tokenizer does with a code point below U+0080: keeps it as part of a word, ends the word, ends
/// the word and makes a word of it, or removes it.
enum class Ascii : unsigned char { letter, space, punctuation, removed };

constexpr Ascii ascii_kind(char32_t c) {
  if (c == ' ' || c == '\t' || c == '\n' || c == '\r') return Ascii::space;
  if (c < ' ' || c == 0x7F) return Ascii::removed;
  const bool letter = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter ? Ascii::letter : Ascii::punctuation;
}

/// What clean_text removes: U+0000, U+FFFD, and categories Cc, Cf and Co but for tab and line ends.
bool is_removed(char32_t c);

/// The property White_Space.
bool is_white_space(char32_t c);

/// The ranges of ideographs that become words of their own.
bool is_ideograph(char32_t c);

/// What splits words and is a word of its own: category P, and the symbols of ASCII.
bool is_punctuation(char32_t c);

/// Category Mn: what is taken for an accent and dropped.
bool is_accent(char32_t c);

/// Canonical combining class; 0 for a starter.
unsigned combining_class(char32_t c);

/// The lower-case form of one code point, without context.
char32_t lower(char32_t c);

/// Room for the longest canonical decomposition.
using Decomposition = std::array<char32_t, 8>;

/// The full canonical decomposition (NFD) of one code point, written to `room`; at least one code point.
std::span<const char32_t> decompose(char32_t c, Decomposition& room);

}  // namespace mha::bert
