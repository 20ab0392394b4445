#include "report/picture/bitmap.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "report/picture/text.h"

namespace mha {
namespace {

constexpr double pixels_a_unit = 2;

std::size_t pixels(double units) { return static_cast<std::size_t>(std::lround(units * pixels_a_unit)); }

std::uint8_t mixed(std::uint8_t ground, std::uint8_t ink, unsigned coverage) {
  return static_cast<std::uint8_t>((ground * (255 - coverage) + ink * coverage + 127) / 255);
}

}  // namespace

Bitmap::Bitmap(const Drawing& drawing) : width_(pixels(drawing.width)), height_(pixels(drawing.height)) {
  if (most_pixels / width_ < height_) {
    fail(Status::limit,
         "a .png of {} x {} pixels; the most are {} million: choose fewer layers, heads or texts, or save "
         "each to "
         "a file",
         width_, height_, most_pixels / 1'000'000);
  }
  pixels_.assign(width_ * height_ * 3, 255);
  for (const Grid& grid : drawing.grids) draw(grid);
  for (const Lettering& letters : drawing.letterings) draw(letters);
}

void Bitmap::draw(const Grid& grid) {
  for (std::size_t r = 0; r < grid.rows; ++r) {
    const std::size_t top = pixels(grid.y + static_cast<double>(r) * grid.cell_height);
    const std::size_t bottom = pixels(grid.y + static_cast<double>(r + 1) * grid.cell_height);
    std::uint8_t* const first = pixels_.data() + top * width_ * 3;
    for (std::size_t c = 0; c < grid.columns; ++c) {
      const Colour colour = colour_of_swatch(grid.cells[r * grid.columns + c]);
      const std::size_t begin = pixels(grid.x + static_cast<double>(c) * grid.cell_width);
      const std::size_t end = pixels(grid.x + static_cast<double>(c + 1) * grid.cell_width);
      for (std::size_t x = begin; x < end; ++x) {
        first[x * 3] = colour.red;
        first[x * 3 + 1] = colour.green;
        first[x * 3 + 2] = colour.blue;
      }
    }
    // The rows of pixels of a row of cells are alike.
    const std::size_t left = pixels(grid.x) * 3,
                      right = pixels(grid.x + static_cast<double>(grid.columns) * grid.cell_width) * 3;
    for (std::size_t y = top + 1; y < bottom; ++y) {
      std::copy(first + left, first + right, pixels_.data() + y * width_ * 3 + left);
    }
  }
}

void Bitmap::draw(const Lettering& letters) {
  const double shares[] = {0, 0.5, 1};
  const double back =
      shares[static_cast<std::size_t>(letters.anchor)] * text_width(letters.text, letters.size);
  const double x = letters.x - (letters.upwards ? 0 : back), y = letters.y + (letters.upwards ? back : 0);
  const TextPlace place{x * pixels_a_unit, y * pixels_a_unit, letters.size * pixels_a_unit, letters.upwards};
  for (const LetterImage& image : letter_images(letters.text, place)) {
    for (std::size_t i = 0; i < image.coverage.size(); ++i) {
      blend(image.left + static_cast<long>(i % image.width), image.top + static_cast<long>(i / image.width),
            letters.ink, image.coverage[i]);
    }
  }
}

void Bitmap::blend(long x, long y, Colour ink, unsigned coverage) {
  if (x < 0 || y < 0 || static_cast<std::size_t>(x) >= width_ || static_cast<std::size_t>(y) >= height_)
    return;
  std::uint8_t* const pixel =
      pixels_.data() + (static_cast<std::size_t>(y) * width_ + static_cast<std::size_t>(x)) * 3;
  pixel[0] = mixed(pixel[0], ink.red, coverage);
  pixel[1] = mixed(pixel[1], ink.green, coverage);
  pixel[2] = mixed(pixel[2], ink.blue, coverage);
}

}  // namespace mha
