"""Writes viridis.h beside it: the colour map viridis of matplotlib 3.11.2 (lib/matplotlib/_cm_listed.py).

    pip install matplotlib==3.11.2; python lib/report/colour/viridis.py
"""
import pathlib

from matplotlib import colormaps

words = [f"0x{r:02x}{g:02x}{b:02x}" for r, g, b, _ in colormaps["viridis"](range(256), bytes=True)]
lines = "\n".join("    " + ", ".join(words[i : i + 10]) + "," for i in range(0, 256, 10))[:-1]
pathlib.Path(__file__).with_suffix(".h").write_text(f"""\
// The colour map viridis of Stéfan van der Walt and Nathaniel Smith, from dark to light in even steps of
// lightness. Made by viridis.py from matplotlib, where it is in the public domain (CC0).
#pragma once

#include <cstdint>

namespace mha {{

/// 0xrrggbb (sRGB) for 256 even steps.
inline constexpr std::uint32_t viridis[256] = {{
{lines}}};

}}  // namespace mha
""")
