// How a run is shown, where that is a matter of choice.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace mha {

/// What a terminal can show.
enum class ColourDepth { none, xterm256, truecolor };

struct Screen {
  ColourDepth colours = ColourDepth::none;
  std::size_t width = 80;  ///< columns
};

/// What of a run's attention is shown beside its sizes, and how.
struct Presentation {
  bool stats = false;               ///< a line of numbers a head
  std::size_t top = 0;              ///< strongest links to list
  bool words = false;               ///< tokens of one word are shown as one
  std::optional<std::string> sort;  ///< heads by this statistic, largest first; "-NAME": smallest first
  bool compress = false;            ///< what is saved is deflated, where its format can be
  Screen screen;                    ///< of drawings on standard output
};

}  // namespace mha
