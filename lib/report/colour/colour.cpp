#include "report/colour/colour.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "report/colour/viridis.h"

namespace mha {
namespace {

constexpr std::array<int, 6> cube_levels = {0, 95, 135, 175, 215, 255};

int nearest_level(int value) {
  const auto distance = [&](int level) { return std::abs(level - value); };
  const auto nearest = std::min_element(cube_levels.begin(), cube_levels.end(),
                                        [&](int a, int b) { return distance(a) < distance(b); });
  return static_cast<int>(nearest - cube_levels.begin());
}

int distance(Colour a, Colour b) {
  const int red = a.red - b.red, green = a.green - b.green, blue = a.blue - b.blue;
  return red * red + green * green + blue * blue;
}

Colour grey_of(int index) {
  const auto level = static_cast<std::uint8_t>(8 + 10 * index);
  return {level, level, level};
}

}  // namespace

Colour colour_of_step(std::size_t step) {
  const std::uint32_t word = viridis[step];
  return {static_cast<std::uint8_t>(word >> 16U), static_cast<std::uint8_t>(word >> 8U),
          static_cast<std::uint8_t>(word)};
}

std::optional<std::size_t> ColourScale::step(double number) const {
  if (!std::isfinite(number)) return std::nullopt;
  const double share = std::clamp(number / most_, 0.0, 1.0);
  return static_cast<std::size_t>(std::lround(share * (colour_steps - 1)));
}

Colour ColourScale::colour(double number) const {
  const auto at = step(number);
  return at ? colour_of_step(*at) : no_number;
}

Colour ink_on(Colour ground) {
  // Relative luminance, ITU-R BT.709, of the bytes as they are.
  const double light = 0.2126 * ground.red + 0.7152 * ground.green + 0.0722 * ground.blue;
  return light > 127 ? Colour{0, 0, 0} : Colour{255, 255, 255};
}

int xterm_colour(Colour colour) {
  const int red = nearest_level(colour.red), green = nearest_level(colour.green),
            blue = nearest_level(colour.blue);
  const auto level = [](int index) {
    return static_cast<std::uint8_t>(cube_levels[static_cast<std::size_t>(index)]);
  };
  const int mean = (colour.red + colour.green + colour.blue) / 3;
  const int grey = std::clamp((mean - 3) / 10, 0, 23);
  const bool in_cube =
      distance(colour, {level(red), level(green), level(blue)}) <= distance(colour, grey_of(grey));
  return in_cube ? 16 + 36 * red + 6 * green + blue : 232 + grey;
}

}  // namespace mha
