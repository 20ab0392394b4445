// A picture as a list of what is on it: laid out once, then written as .svg or .png.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "report/colour/colour.h"

namespace mha {

// Lengths are in units of 1/96 inch, from the left upper corner.

/// A line of text. One that runs upwards stands turned by a quarter, read from below.
struct Lettering {
  enum class Anchor { start, middle, end };

  std::string text;  ///< nothing in it is hidden
  double x, y;       ///< of the anchor, on the line that letters stand on
  double size;       ///< of an em
  Anchor anchor = Anchor::start;
  bool upwards = false;
  Colour ink{0, 0, 0};
  std::string whole;  ///< where `text` was shortened: all of it
};

/// Which of the colours a cell has: a step of the colour map, or the last for what is no number.
using Swatch = std::uint16_t;
inline constexpr std::size_t swatches = colour_steps + 1;

Colour colour_of_swatch(std::size_t swatch);

/// Cells of one size side by side.
struct Grid {
  std::string title;
  double x, y, cell_width, cell_height;
  std::size_t rows, columns;
  std::vector<Swatch> cells;  ///< row-major
};

struct Drawing {
  double width, height;
  std::string title, description;
  std::vector<Grid> grids;
  std::vector<Lettering> letterings;
};

}  // namespace mha
