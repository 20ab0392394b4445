#include "report/picture/panels.h"

#include <algorithm>
#include <cmath>

namespace mha {
namespace {

/// A picture of many maps is about this wide; one of them stays within bounds.
constexpr double grid_width = 1400, narrowest_map = 130, widest_map = 460;

/// One map alone is about this wide, and wider while it may be labelled.
constexpr double map_width = 900, least_alone = 10;
constexpr std::size_t labelled_alone = 200;

constexpr double largest_cell = 24, smallest_cell = 0.5;

}  // namespace

std::size_t maps_a_row(const MapCount& count) {
  if (count.layers > 1 && count.heads > 1) return count.heads;
  return static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(count.maps()))));
}

double cell_side(std::size_t tokens, const MapCount& count) {
  const bool alone = count.maps() == 1;
  const double columns = static_cast<double>(maps_a_row(count));
  const double room = alone ? map_width : std::clamp(grid_width / columns, narrowest_map, widest_map);
  const double least = alone && tokens <= labelled_alone ? least_alone : smallest_cell;
  const double side = std::floor(2 * room / static_cast<double>(tokens)) / 2;
  return std::clamp(side, least, largest_cell);
}

}  // namespace mha
