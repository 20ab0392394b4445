// What is on a picture in an .svg of mha, read back.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "report/colour/colour.h"

namespace mha::test {

struct SvgGrid {
  std::string title;
  double x, y, side;
  std::size_t rows, columns;
  std::vector<Colour> cells;  ///< row-major
};

/// Checks that tags are closed in order, that text holds no bare "&" or control character, and that
/// attributes are quoted.
void check_well_formed(const std::string& svg);

/// The maps, without the scale. Each cell is drawn once, or shows the ground.
std::vector<SvgGrid> grids_of(const std::string& svg);

}  // namespace mha::test
