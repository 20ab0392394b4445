#include "report/picture/font.h"

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_GZIP_H
#include FT_MODULE_H
#include FT_OUTLINE_H
#include FT_SYSTEM_H

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <memory>

#include "base/error.h"

extern "C" {
extern const unsigned char mha_font_dejavu[], mha_font_dejavu_end[];
extern const unsigned char mha_font_droid[], mha_font_droid_end[];
extern const unsigned char mha_font_unifont[], mha_font_unifont_end[];
extern const unsigned char mha_font_unifont_upper[], mha_font_unifont_upper_end[];
}

namespace mha {
namespace {

/// gzip files, the most beautiful first.
struct PackedFont {
  const unsigned char *begin, *end;
};
const PackedFont packed_fonts[] = {{mha_font_dejavu, mha_font_dejavu_end},
                                   {mha_font_droid, mha_font_droid_end},
                                   {mha_font_unifont, mha_font_unifont_end},
                                   {mha_font_unifont_upper, mha_font_unifont_upper_end}};

void require(bool holds) {
  if (!holds) fail(Status::bug, "a font in this program cannot be read; report this");
}

FT_MemoryRec_ heap = {nullptr,
                      [](FT_Memory, long size) { return std::malloc(static_cast<std::size_t>(size)); },
                      [](FT_Memory, void* block) { std::free(block); },
                      [](FT_Memory, long, long size, void* block) {
                        return std::realloc(block, static_cast<std::size_t>(size));
                      }};

/// Made by hand, as FT_Init_FreeType heeds the environment (FREETYPE_PROPERTIES).
FT_Library library() {
  static const FT_Library instance = [] {
    FT_Library made = nullptr;
    require(FT_New_Library(&heap, &made) == 0);
    FT_Add_Default_Modules(made);
    return made;
  }();
  return instance;
}

/// Length of what a gzip file holds: its last four bytes (RFC 1952, ISIZE).
std::size_t unpacked_size(const PackedFont& font) {
  std::uint32_t size = 0;
  std::memcpy(&size, font.end - 4, 4);
  return size;
}

/// A font, unpacked when it is first needed.
class Font {
 public:
  explicit Font(const PackedFont& packed) : bytes_(unpacked_size(packed)) {
    auto size = static_cast<FT_ULong>(bytes_.size());
    const auto packed_size = static_cast<FT_ULong>(packed.end - packed.begin);
    require(FT_Gzip_Uncompress(&heap, bytes_.data(), &size, packed.begin, packed_size) == 0);
    require(FT_New_Memory_Face(library(), bytes_.data(), static_cast<FT_Long>(size), 0, &face_) == 0);
  }

  FT_UInt glyph(char32_t c) const { return FT_Get_Char_Index(face_, c); }
  FT_Face face() const { return face_; }
  /// Of an em.
  double advance(FT_UInt glyph) const {
    FT_Load_Glyph(face_, glyph, FT_LOAD_NO_SCALE);
    return static_cast<double>(face_->glyph->metrics.horiAdvance) / face_->units_per_EM;
  }

 private:
  std::vector<unsigned char> bytes_;
  FT_Face face_ = nullptr;
};

const Font& font(std::size_t index) {
  static std::unique_ptr<const Font> fonts[std::size(packed_fonts)];
  if (!fonts[index]) fonts[index] = std::make_unique<const Font>(packed_fonts[index]);
  return *fonts[index];
}

FT_Pos fixed(double pixels) { return static_cast<FT_Pos>(std::lround(pixels * 64)); }

}  // namespace

std::optional<Glyph> glyph_of(char32_t c) {
  for (std::size_t i = 0; i < std::size(packed_fonts); ++i) {
    if (const FT_UInt index = font(i).glyph(c); index != 0) return Glyph{i, index, font(i).advance(index)};
  }
  return std::nullopt;
}

LetterImage image_of(const Glyph& glyph, const TextPlace& place, double along) {
  const FT_Face face = font(glyph.font).face();
  require(FT_Set_Char_Size(face, 0, fixed(place.size), 72, 72) == 0);
  require(FT_Load_Glyph(face, glyph.index, FT_LOAD_NO_HINTING | FT_LOAD_NO_BITMAP) == 0);
  FT_Outline& outline = face->glyph->outline;
  if (place.upwards) {
    const FT_Matrix quarter{0, -0x10000, 0x10000, 0};
    FT_Outline_Transform(&outline, &quarter);
  }
  // FreeType counts upwards.
  const double x = place.x + (place.upwards ? 0 : along), y = -place.y + (place.upwards ? along : 0);
  FT_Outline_Translate(&outline, fixed(x), fixed(y));
  require(FT_Render_Glyph(face->glyph, FT_RENDER_MODE_NORMAL) == 0);
  const FT_Bitmap& bitmap = face->glyph->bitmap;
  LetterImage image{face->glyph->bitmap_left, -face->glyph->bitmap_top, bitmap.width, bitmap.rows, {}};
  image.coverage.resize(image.width * image.height);
  for (std::size_t row = 0; row < image.height; ++row) {
    std::memcpy(image.coverage.data() + row * image.width,
                bitmap.buffer + static_cast<std::ptrdiff_t>(row) * bitmap.pitch, image.width);
  }
  return image;
}

}  // namespace mha
