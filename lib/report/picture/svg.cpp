#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "report/files.h"
#include "report/picture/drawing.h"
#include "report/picture/layout.h"

namespace mha {
namespace {

constexpr std::string_view font_family =
    "DejaVu Sans, Verdana, Noto Sans, Noto Sans CJK SC, Noto Sans CJK JP, Noto Sans Arabic, Noto Sans "
    "Hebrew, "
    "Noto Sans Devanagari, sans-serif";

std::string hex(Colour colour) {
  return fmt::format("#{:02x}{:02x}{:02x}", colour.red, colour.green, colour.blue);
}

/// A length, to the hundredth of a unit.
double exact(double length) { return std::round(length * 100) / 100; }

/// Text as XML, of which two code points above the control characters may not be a part (XML 1.0, 2.2).
std::string xml(std::string_view text) {
  std::string escaped;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    if (rest.starts_with("\xEF\xBF\xBE") || rest.starts_with("\xEF\xBF\xBF")) {
      escaped += "\xEF\xBF\xBD";
      i += 2;
      continue;
    }
    switch (text[i]) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += text[i];
    }
  }
  return escaped;
}

/// A path of cells of one colour: each run of a row is a rectangle, placed from where the last one began.
class CellPath {
 public:
  void add(std::size_t row, std::size_t column, std::size_t length) {
    const auto x = static_cast<long>(column), y = static_cast<long>(row);
    fmt::format_to(std::back_inserter(path_), "m{} {}h{}v1h-{}z", x - x_, y - y_, length, length);
    x_ = x;
    y_ = y;
    cells_ += length;
  }

  const std::string& path() const { return path_; }
  std::size_t cells() const { return cells_; }

 private:
  std::string path_;
  long x_ = 0, y_ = 0;
  std::size_t cells_ = 0;
};

std::string grid_svg(const Grid& grid) {
  std::array<CellPath, swatches> paths;
  for (std::size_t row = 0; row < grid.rows; ++row) {
    const Swatch* cells = grid.cells.data() + row * grid.columns;
    for (std::size_t begin = 0, end = 0; begin < grid.columns; begin = end) {
      while (end < grid.columns && cells[end] == cells[begin]) ++end;
      paths[cells[begin]].add(row, begin, end - begin);
    }
  }
  // The colour of most cells is the ground of all.
  const auto ground = static_cast<std::size_t>(
      std::max_element(paths.begin(), paths.end(),
                       [](const CellPath& a, const CellPath& b) { return a.cells() < b.cells(); }) -
      paths.begin());
  std::string text =
      fmt::format("<g transform=\"translate({} {}) scale({} {})\" shape-rendering=\"crispEdges\">\n", grid.x,
                  grid.y, grid.cell_width, grid.cell_height);
  if (!grid.title.empty()) text += fmt::format("<title>{}</title>\n", xml(grid.title));
  text += fmt::format("<rect width=\"{}\" height=\"{}\" fill=\"{}\"/>\n", grid.columns, grid.rows,
                      hex(colour_of_swatch(ground)));
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (i == ground || paths[i].cells() == 0) continue;
    text += fmt::format("<path fill=\"{}\" d=\"{}\"/>\n", hex(colour_of_swatch(i)), paths[i].path());
  }
  return text + "</g>\n";
}

std::string_view anchor_name(Lettering::Anchor anchor) {
  switch (anchor) {
    case Lettering::Anchor::start:
      return "start";
    case Lettering::Anchor::middle:
      return "middle";
    case Lettering::Anchor::end:
      break;
  }
  return "end";
}

std::string lettering_svg(const Lettering& letters) {
  std::string text = letters.upwards
                         ? fmt::format("<text transform=\"translate({} {}) rotate(-90)\"", exact(letters.x),
                                       exact(letters.y))
                         : fmt::format("<text x=\"{}\" y=\"{}\"", exact(letters.x), exact(letters.y));
  text += fmt::format(" font-size=\"{}\"", exact(letters.size));
  if (letters.anchor != Lettering::Anchor::start) {
    text += fmt::format(" text-anchor=\"{}\"", anchor_name(letters.anchor));
  }
  if (letters.ink != Colour{0, 0, 0}) text += fmt::format(" fill=\"{}\"", hex(letters.ink));
  text += '>' + xml(letters.text);
  if (!letters.whole.empty()) text += "<title>" + xml(letters.whole) + "</title>";
  return text + "</text>\n";
}

}  // namespace

void write_svg(const FileContent& content, Sink& file) {
  const Drawing drawing = drawing_of(content);
  file.write(fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} "
      "{1}\" "
      "role=\"img\" aria-label=\"{2}\" font-family=\"{4}\" "
      "style=\"white-space:pre;unicode-bidi:plaintext\">\n"
      "<title>{2}</title>\n<desc>{3}</desc>\n<rect width=\"{0}\" height=\"{1}\" fill=\"#ffffff\"/>\n",
      drawing.width, drawing.height, xml(drawing.title), xml(drawing.description), font_family));
  for (const Grid& grid : drawing.grids) file.write(grid_svg(grid));
  for (const Lettering& letters : drawing.letterings) file.write(lettering_svg(letters));
  file.write("</svg>\n");
}

}  // namespace mha
