#include "report/picture/text.h"

#include <fribidi.h>

#include <optional>

#include "base/utf8.h"
#include "report/picture/font.h"
#include "tokenizer/unicode/unicode.h"

namespace mha {
namespace {

/// A letter where it stands on the line; lengths in ems.
struct Letter {
  Glyph glyph;
  double x;
};

struct SetLine {
  std::vector<Letter> letters;
  double width = 0;
};

/// What asks for nothing to be drawn: joiners, marks of direction, fillers of ligatures, variants.
bool is_unseen(char32_t c) {
  return unicode::category(c) == "Cf" || (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF);
}

/// What stands over the letter before it.
bool stands_over(char32_t c) {
  const std::string_view category = unicode::category(c);
  return category == "Mn" || category == "Me";
}

/// The code points in the order in which they are drawn, from the left.
std::vector<char32_t> visual_order(std::string_view text) {
  std::vector<FriBidiChar> logical;
  for (std::size_t at = 0; at < text.size();) logical.push_back(utf8::next(text, at));
  logical.push_back(0);
  const auto length = static_cast<FriBidiStrIndex>(logical.size() - 1);
  std::vector<FriBidiChar> visual(logical.size());
  FriBidiParType direction = FRIBIDI_PAR_ON;
  const auto level =
      fribidi_log2vis(logical.data(), length, &direction, visual.data(), nullptr, nullptr, nullptr);
  const auto& order = level > 0 ? visual : logical;
  return {order.begin(), order.begin() + length};
}

/// What stands for a letter that no font has, and what marks stand over that have no letter (Unicode
/// 15, 2.11).
constexpr char32_t replacement = 0xFFFD, dotted_circle = 0x25CC;

Glyph glyph_or_replacement(char32_t c) {
  return glyph_of(c).value_or(glyph_of(replacement).value_or(Glyph{}));
}

SetLine set_line(std::string_view text) {
  SetLine line;
  double last = 0;  // advance of the letter that marks stand over
  const auto append = [&](char32_t c) {
    const Glyph glyph = glyph_or_replacement(c);
    line.letters.push_back({glyph, line.width});
    line.width += glyph.advance;
    last = glyph.advance;
  };
  for (const char32_t c : visual_order(text)) {
    if (is_unseen(c)) continue;
    if (!stands_over(c)) {
      append(c);
      continue;
    }
    if (line.letters.empty()) append(dotted_circle);
    const Glyph mark = glyph_or_replacement(c);
    line.letters.push_back({mark, mark.advance > 0 ? line.width - (last + mark.advance) / 2 : line.width});
  }
  return line;
}

constexpr std::string_view ellipsis = "…";

}  // namespace

double text_width(std::string_view text, double size) { return set_line(text).width * size; }

std::string fitted_text(std::string_view text, double size, double width) {
  const double room = width - text_width(ellipsis, size);
  double taken = 0;
  std::string cut;
  std::optional<std::string> shortened;
  unicode::Graphemes clusters(text);
  for (std::string_view cluster = clusters.next(); !cluster.empty(); cluster = clusters.next()) {
    taken += text_width(cluster, size);
    if (taken > room && !shortened) shortened = cut + std::string(ellipsis);
    if (taken > width) return *shortened;
    cut += cluster;
  }
  return cut;
}

std::vector<LetterImage> letter_images(std::string_view text, const TextPlace& place) {
  std::vector<LetterImage> images;
  for (const Letter& letter : set_line(text).letters) {
    LetterImage image = image_of(letter.glyph, place, letter.x * place.size);
    if (image.width > 0) images.push_back(std::move(image));
  }
  return images;
}

}  // namespace mha
