// Where the maps of a picture stand, and how large they are.
#pragma once

#include <cstddef>

#include "model/tensors.h"
#include "report/maps.h"

namespace mha {

/// How many maps a sequence has.
struct MapCount {
  std::size_t layers;  ///< that have maps, 1 or more
  std::size_t heads;   ///< maps of each

  std::size_t maps() const { return layers * heads; }
};

/// Maps in a row of them.
std::size_t maps_a_row(const MapCount& count);

/// The side of a cell, in units: as large as fits, in halves, so that a cell has whole pixels. `tokens` is
/// the number of rows or columns, whichever is larger.
double cell_side(std::size_t tokens, const MapCount& count);

/// The smallest cell whose row is labelled.
inline constexpr double least_labelled = 9;

}  // namespace mha
