// What standard output can show.
#pragma once

#include "report/presentation.h"

namespace mha {

/// --color: by what standard output is, colours also elsewhere, none, or so many.
enum class ColorChoice { automatic, always, never, xterm256, truecolor };

/// Colours as chosen. By itself only a terminal gets some, and not with NO_COLOR (no-color.org) or TERM=dumb:
/// true colour if COLORTERM says "truecolor" or "24bit" or TERM ends in "-direct", 256 if TERM names them.
/// `always` takes as many, at least 256. The width is COLUMNS, or that of the terminal, or 80.
Screen find_screen(ColorChoice choice);

}  // namespace mha
