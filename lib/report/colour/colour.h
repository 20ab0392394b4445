// Colours of numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace mha {

/// sRGB, a byte each.
struct Colour {
  std::uint8_t red, green, blue;
  bool operator==(const Colour&) const = default;
};

/// Steps of the colour map.
inline constexpr std::size_t colour_steps = 256;

/// The colour of step 0 (dark) to 255 (light): viridis, whose lightness grows evenly, so that it reads the
/// same in grey and for eyes that see few colours.
Colour colour_of_step(std::size_t step);

/// Of NaN and of what is infinite, which have no place on the scale: a grey that the map does not hold.
inline constexpr Colour no_number{160, 160, 160};

/// What a scale from 0 to a largest number makes of numbers.
class ColourScale {
 public:
  /// `most` is the largest number shown; where nothing is above 0 the scale ends at 1.
  explicit ColourScale(double most) : most_(most > 0 ? most : 1) {}

  double most() const { return most_; }
  /// The nearest step; nothing for what is no finite number. Beyond the scale: its end.
  std::optional<std::size_t> step(double number) const;
  Colour colour(double number) const;

 private:
  double most_;
};

/// Black or white, whichever is easier to read on it.
Colour ink_on(Colour ground);

/// The nearest of xterm's 256 colours 16-255: a cube of 6 levels a channel, and 24 greys (xterm,
/// 256colres.pl).
int xterm_colour(Colour colour);

}  // namespace mha
