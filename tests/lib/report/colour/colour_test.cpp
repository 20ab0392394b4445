#include "report/colour/colour.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace mha;

namespace {

/// Lightness L* of CIELAB (CIE 15) of an sRGB colour.
double lightness(Colour colour) {
  const auto linear = [](double byte) {
    const double c = byte / 255;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
  };
  const double y = 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue);
  return 116 * std::cbrt(y) - 16;
}

}  // namespace

TEST_CASE("each step of the colour map is lighter than the one before, by about as much") {
  for (std::size_t i = 1; i < colour_steps; ++i) {
    const double gain = lightness(colour_of_step(i)) - lightness(colour_of_step(i - 1));
    CAPTURE(i);
    // 256 steps from L* 14.6 to 90.9; bytes are coarse.
    CHECK(gain > -0.05);
    CHECK(gain < 0.8);
  }
  CHECK(colour_of_step(0) == Colour{0x44, 0x01, 0x54});
  CHECK(colour_of_step(255) == Colour{0xFD, 0xE7, 0x24});
}

TEST_CASE("a scale runs from 0 to the largest number, and has no place for what is no number") {
  const ColourScale scale(0.5);
  CHECK(scale.step(0) == 0);
  CHECK(scale.step(0.25) == 128);
  CHECK(scale.step(0.5) == 255);
  CHECK(scale.step(-1) == 0);
  CHECK(scale.step(2) == 255);
  CHECK_FALSE(scale.step(NAN));
  CHECK_FALSE(scale.step(INFINITY));
  CHECK(scale.colour(NAN) == no_number);
  CHECK(ColourScale(0).most() == 1);
}

TEST_CASE("colours of xterm's cube and greys are themselves, others the nearest") {
  CHECK(xterm_colour({0, 0, 0}) == 16);
  CHECK(xterm_colour({255, 255, 255}) == 231);
  CHECK(xterm_colour({95, 135, 175}) == 16 + 36 * 1 + 6 * 2 + 3);
  CHECK(xterm_colour({8, 8, 8}) == 232);
  CHECK(xterm_colour({128, 128, 128}) == 244);
  CHECK(xterm_colour({250, 3, 3}) == 196);
}
