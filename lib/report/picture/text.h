// Text in pictures: its width, and its letters as pixels (report/picture/font.h). FriBidi puts right-to-left
// text in order and joins Arabic letters. Scripts whose letters move or melt together (Devanagari, Khmer,
// ...) are set letter by letter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mha {

/// How far text of that size runs, in the unit of the size.
double text_width(std::string_view text, double size);

/// Text of that size which runs no further than `width`: what is longer ends in an ellipsis.
std::string fitted_text(std::string_view text, double size, double width);

/// A letter as pixels; coverage 0 to 255, row-major.
struct LetterImage {
  long left, top;
  std::size_t width, height;
  std::vector<std::uint8_t> coverage;
};

/// Text that begins at (x, y), in pixels.
struct TextPlace {
  double x, y, size;
  bool upwards;
};

/// The letters of a text.
std::vector<LetterImage> letter_images(std::string_view text, const TextPlace& place);

}  // namespace mha
