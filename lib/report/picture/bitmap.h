// A drawing as pixels, two a unit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "report/picture/drawing.h"

namespace mha {

/// Most pixels of a picture; more are refused.
inline constexpr std::size_t most_pixels = 64'000'000;

class Bitmap {
 public:
  /// Throws Error(limit) before memory is taken for more than most_pixels.
  explicit Bitmap(const Drawing& drawing);

  std::size_t width() const { return width_; }
  std::size_t height() const { return height_; }
  /// Red, green, blue, a byte each, pixel by pixel.
  const std::uint8_t* row(std::size_t index) const { return pixels_.data() + index * width_ * 3; }

 private:
  void draw(const Grid& grid);
  void draw(const Lettering& letters);
  void blend(long x, long y, Colour ink, unsigned coverage);

  std::size_t width_, height_;
  std::vector<std::uint8_t> pixels_;
};

}  // namespace mha
