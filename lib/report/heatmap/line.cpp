#include "report/heatmap/line.h"

#include <fmt/format.h>

#include "base/utf8.h"
#include "tokenizer/unicode/unicode.h"

namespace mha {
namespace {

/// The parameter that chooses a colour; `plane` is 3 for ink, 4 for ground.
std::string parameter(int plane, const std::optional<Colour>& colour, ColourDepth depth) {
  if (!colour) return fmt::format("{}9", plane);
  if (depth == ColourDepth::xterm256) return fmt::format("{}8;5;{}", plane, xterm_colour(*colour));
  return fmt::format("{}8;2;{};{};{}", plane, colour->red, colour->green, colour->blue);
}

constexpr std::string_view ellipsis = "…", left_to_right_mark = "\u200E";

}  // namespace

void Line::add(std::string_view text, const Paint& paint) {
  if (colours_ != ColourDepth::none && paint != paint_) {
    std::string parameters;
    if (paint.ink != paint_.ink) parameters = parameter(3, paint.ink, colours_);
    if (paint.ground != paint_.ground) {
      if (!parameters.empty()) parameters += ';';
      parameters += parameter(4, paint.ground, colours_);
    }
    text_ += fmt::format("\x1b[{}m", paint == Paint{} ? "0" : parameters);
    paint_ = paint;
  }
  text_ += text;
}

std::string Line::take() {
  add({});
  std::string line = std::move(text_);
  text_.clear();
  line.erase(line.find_last_not_of(' ') + 1);
  return line + '\n';
}

std::string fitted(std::string_view label, std::size_t width) {
  const std::string text = utf8::printable(label);
  if (unicode::display_width(text) <= width) return text;
  std::string cut;
  std::size_t taken = 1;  // the ellipsis
  unicode::Graphemes clusters(text);
  for (std::string_view cluster = clusters.next(); !cluster.empty(); cluster = clusters.next()) {
    taken += unicode::display_width(cluster);
    if (taken > width) break;
    cut += cluster;
  }
  return cut.append(ellipsis);
}

std::string_view closing_mark(std::string_view label) {
  for (std::size_t at = 0; at < label.size();) {
    if (unicode::is_right_to_left(utf8::next(label, at))) return left_to_right_mark;
  }
  return {};
}

}  // namespace mha
