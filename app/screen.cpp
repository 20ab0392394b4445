#include "app/screen.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "base/environment.h"

namespace mha {
namespace {

constexpr std::size_t narrowest = 20, widest = 10'000;

/// What the terminal says of itself.
ColourDepth terminal_colours() {
  const std::string colorterm = environment("COLORTERM").value_or(""),
                    term = environment("TERM").value_or("");
  if (term.empty() || term == "dumb") return ColourDepth::none;
  if (colorterm == "truecolor" || colorterm == "24bit" || term.ends_with("-direct")) {
    return ColourDepth::truecolor;
  }
  return term.find("256color") == std::string::npos ? ColourDepth::none : ColourDepth::xterm256;
}

ColourDepth colours_of(ColorChoice choice) {
  switch (choice) {
    case ColorChoice::never:
      return ColourDepth::none;
    case ColorChoice::xterm256:
      return ColourDepth::xterm256;
    case ColorChoice::truecolor:
      return ColourDepth::truecolor;
    case ColorChoice::always:
      return std::max(terminal_colours(), ColourDepth::xterm256);
    case ColorChoice::automatic:
      break;
  }
  const bool refused = !environment("NO_COLOR").value_or("").empty();
  return refused || ::isatty(STDOUT_FILENO) == 0 ? ColourDepth::none : terminal_colours();
}

std::optional<std::size_t> columns_wanted() {
  const std::string text = environment("COLUMNS").value_or("");
  std::size_t columns = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), columns);
  const bool is_number = error == std::errc() && end == text.data() + text.size();
  return is_number && columns > 0 ? std::optional(columns) : std::nullopt;
}

std::optional<std::size_t> columns_of_terminal() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return std::nullopt;
  return size.ws_col;
}

}  // namespace

Screen find_screen(ColorChoice choice) {
  std::optional<std::size_t> width = columns_wanted();
  if (!width) width = columns_of_terminal();
  return {colours_of(choice), std::clamp(width.value_or(Screen{}.width), narrowest, widest)};
}

}  // namespace mha
