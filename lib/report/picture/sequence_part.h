// The part of a picture that is the maps of one sequence.
#pragma once

#include <algorithm>
#include <cstddef>

#include "report/colour/colour.h"
#include "report/maps.h"
#include "report/picture/drawing.h"
#include "report/picture/panels.h"

namespace mha {

// Lengths in units.
inline constexpr double margin = 16, gap = 14, line_height = 1.35;
inline constexpr double panel_size = 9;  ///< of the text of titles of small maps, and of the scale

/// The maps of a picture, and what is the same for all of them.
struct Plan {
  AttentionMaps maps;
  const Run& run;
  ColourScale scale;
  MapCount count;
  double cell;

  bool labelled() const { return cell >= least_labelled; }
  /// Of the text of tokens.
  double label_size() const { return std::min(12.0, cell * 0.8); }
};

/// Draws the maps of a sequence, with their titles and tokens, below what is on the drawing.
void draw_sequence(const Plan& plan, std::size_t sequence, Drawing& drawing);

}  // namespace mha
