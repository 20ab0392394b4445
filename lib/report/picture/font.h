// The fonts in the binary (lib/report/fonts), and their letters as pixels. FreeType draws them unhinted, so
// that they are the same everywhere. A font is unpacked when it is first needed; not to be used by two
// threads at once.
#pragma once

#include <cstddef>
#include <optional>

#include "report/picture/text.h"

namespace mha {

/// A letter of one of the fonts.
struct Glyph {
  std::size_t font;
  unsigned index;
  double advance;  ///< to the next letter, in ems
};

/// The letter for a code point in the first font that has one; nothing if none has.
std::optional<Glyph> glyph_of(char32_t c);

/// The letter `along` pixels on from where a text begins.
LetterImage image_of(const Glyph& glyph, const TextPlace& place, double along);

}  // namespace mha
