// Unicode as the components of Hugging Face's `tokenizers` 0.23 see it: each takes it from another crate, of
// another version (unicode_exceptions.h). Components of BERT have bert_unicode.h.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace mha::unicode {

/// Categories Mn, Mc and Me of Unicode 9, what StripAccents drops.
bool is_mark(char32_t c);

/// Categories Nd, Nl and No of Unicode 17, what Digits splits at.
bool is_number(char32_t c);

/// \w of Unicode 16 as defined by UTS #18, what Whitespace takes for a word.
bool is_word(char32_t c);

/// The category in Unicode 16 as two letters, "Lu": what \p{Lu} means in a pattern.
std::string_view category(char32_t c);

/// Code points side by side that have one category.
struct CategoryRun {
  char32_t first, last;
  std::string_view category;
};

/// All code points in runs, in order. Takes a millisecond.
std::vector<CategoryRun> category_runs();

enum class Form { canonical, compatible };

/// Room for the longest decomposition (U+FDFA has 18 code points).
using Decomposition = std::array<char32_t, 18>;

/// The full decomposition of one code point in Unicode 9, written to `room`; at least one code point.
std::span<const char32_t> decompose(char32_t c, Form form, Decomposition& room);

/// The primary composite of two code points in Unicode 9; 0 if they have none.
char32_t compose(char32_t first, char32_t second);

/// Columns that well-formed text without control characters takes on a terminal: of each cluster those of its
/// widest code point (2 for East Asian wide ones and emoji, 0 for what stands over others; Unicode 15.0).
std::size_t display_width(std::string_view text);

/// True for letters of scripts that run from right to left (bidirectional classes R and AL, Unicode 15.0).
bool is_right_to_left(char32_t c);

/// Walks well-formed text by extended grapheme clusters (UAX #29, Unicode 15.0; marks up to Unicode 17).
class Graphemes {
 public:
  explicit Graphemes(std::string_view text) : text_(text) {}

  /// The next cluster; empty at the end.
  std::string_view next();

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace mha::unicode
