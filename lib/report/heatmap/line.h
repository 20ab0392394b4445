// Lines of a drawing made of characters.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "report/colour/colour.h"
#include "report/presentation.h"

namespace mha {

/// Colours of what stands in a cell and of its ground; the terminal's own where there is none.
struct Paint {
  std::optional<Colour> ink, ground;
  bool operator==(const Paint&) const = default;
};

/// A line being written. Colours are named where they change (ECMA-48 SGR), and are the terminal's own at its
/// end.
class Line {
 public:
  explicit Line(ColourDepth colours) : colours_(colours) {}

  void add(std::string_view text, const Paint& paint = {});
  /// The line, without spaces at its end and with a line feed.
  std::string take();

 private:
  ColourDepth colours_;
  Paint paint_;
  std::string text_;
};

/// A label as part of a line: nothing in it moves the cursor, and it takes at most `width` columns; what is
/// longer ends in an ellipsis.
std::string fitted(std::string_view label, std::size_t width);

/// Behind a label from right to left a terminal that turns such text must not turn what follows: a mark that
/// is not seen. Empty behind other labels.
std::string_view closing_mark(std::string_view label);

}  // namespace mha
