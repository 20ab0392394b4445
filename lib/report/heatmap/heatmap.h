// Attention maps drawn in characters.
#pragma once

#include <cstddef>
#include <string>

#include "report/colour/colour.h"
#include "report/maps.h"
#include "report/presentation.h"

namespace mha {

/// What a drawing is drawn with: the colours of numbers, and the terminal.
struct Palette {
  ColourScale scale;
  Screen screen;

  bool plain() const { return screen.colours == ColourDepth::none; }
};

/// One map of a sequence, to be drawn.
struct Plate {
  AttentionMap map;
  const std::vector<Label>&queries, &keys;
};

/// A map with a label for each row and column, keys in letters from top to bottom; what is wider than the
/// screen goes on below. A cell is two columns of colour, or on a plain screen three with the percentage: "."
/// for what is below 0.5 %, nothing for 0.
std::string large_map(const Plate& plate, const Palette& palette);

/// What the colours, or the numbers, of large maps mean, as a line.
std::string large_scale(const Palette& palette);

/// Small maps side by side, as many as the screen is wide, each under its title: a cell is half a character
/// in two colours, or on a plain screen two characters, the darker the more.
class SmallMaps {
 public:
  explicit SmallMaps(const Palette& palette) : palette_(palette) {}

  void add(const std::string& title, const AttentionMap& map);
  /// The maps since the last take().
  std::string take();

 private:
  struct Panel {
    std::size_t width;
    std::vector<std::string> lines;
  };
  void add_part(const std::string& title, const AttentionMap& map, std::size_t begin, std::size_t end);
  std::string row(std::size_t begin, std::size_t end) const;

  const Palette& palette_;
  std::vector<Panel> panels_;
};

/// What the colours, or the characters, of small maps mean, as a line.
std::string small_scale(const Palette& palette);

}  // namespace mha
