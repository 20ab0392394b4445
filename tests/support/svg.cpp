#include "support/svg.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <regex>

namespace mha::test {
namespace {

Colour colour_of(const std::string& hex) {
  const auto word = static_cast<std::uint32_t>(std::stoul(hex, nullptr, 16));
  return {static_cast<std::uint8_t>(word >> 16U), static_cast<std::uint8_t>(word >> 8U),
          static_cast<std::uint8_t>(word)};
}

/// Draws a path of runs "m1 2h3v1h-3z".
void draw(const std::string& path, Colour colour, SvgGrid& grid, std::vector<int>& drawn) {
  static const std::regex run("m(-?[0-9]+) (-?[0-9]+)h([0-9]+)v1h-([0-9]+)z");
  long x = 0, y = 0;
  std::size_t length = 0;
  for (std::sregex_iterator i(path.begin(), path.end(), run); i != std::sregex_iterator(); ++i) {
    x += std::stol((*i)[1]);
    y += std::stol((*i)[2]);
    const long count = std::stol((*i)[3]);
    CHECK((*i)[3] == (*i)[4]);
    REQUIRE((x >= 0 && y >= 0 && x + count <= static_cast<long>(grid.columns) &&
             y < static_cast<long>(grid.rows)));
    for (long c = x; c < x + count; ++c) {
      const std::size_t cell = static_cast<std::size_t>(y) * grid.columns + static_cast<std::size_t>(c);
      grid.cells[cell] = colour;
      ++drawn[cell];
    }
    length += (*i)[0].str().size();
  }
  CHECK(length == path.size());
}

SvgGrid grid_of(const std::string& group, const std::smatch& head) {
  SvgGrid grid{head[4], std::stod(head[1]), std::stod(head[2]), std::stod(head[3]), 0, 0, {}};
  std::smatch ground;
  REQUIRE(std::regex_search(
      group, ground, std::regex("<rect width=\"([0-9]+)\" height=\"([0-9]+)\" fill=\"#([0-9a-f]{6})\"")));
  grid.columns = std::stoul(ground[1]);
  grid.rows = std::stoul(ground[2]);
  grid.cells.assign(grid.rows * grid.columns, colour_of(ground[3]));
  std::vector<int> drawn(grid.cells.size());
  static const std::regex path("<path fill=\"#([0-9a-f]{6})\" d=\"([^\"]*)\"/>");
  for (std::sregex_iterator i(group.begin(), group.end(), path); i != std::sregex_iterator(); ++i) {
    draw((*i)[2], colour_of((*i)[1]), grid, drawn);
  }
  for (const int times : drawn) CHECK(times <= 1);
  return grid;
}

void check_text(const std::string& text) {
  static const std::regex entity("&(amp|lt|gt|quot);");
  const std::string rest = std::regex_replace(text, entity, "");
  CHECK(rest.find('&') == std::string::npos);
  for (const char c : rest) CHECK((static_cast<unsigned char>(c) >= 0x20 || c == '\n'));
}

}  // namespace

void check_well_formed(const std::string& svg) {
  std::vector<std::string> open;
  std::size_t at = 0;
  for (std::size_t next = svg.find('<'); next != std::string::npos; next = svg.find('<', at)) {
    check_text(svg.substr(at, next - at));
    const std::size_t end = svg.find('>', next);
    REQUIRE(end != std::string::npos);
    const std::string text = svg.substr(next, end + 1 - next);
    // Long attributes are looked at without a regular expression, which would recurse along them.
    const std::string name =
        text.substr(text[1] == '/' ? 2 : 1, text.find_first_of(" />", 2) - (text[1] == '/' ? 2 : 1));
    CHECK(std::count(text.begin(), text.end(), '"') % 2 == 0);
    check_text(text);
    if (text[1] == '/') {
      REQUIRE_FALSE(open.empty());
      CHECK(open.back() == name);
      open.pop_back();
    } else if (text[text.size() - 2] != '/') {
      open.push_back(name);
    }
    at = end + 1;
  }
  CHECK(open.empty());
  CHECK(svg.substr(at) == "\n");
}

std::vector<SvgGrid> grids_of(const std::string& svg) {
  static const std::regex head(
      "^<g transform=\"translate\\(([0-9.]+) ([0-9.]+)\\) scale\\([0-9.]+ ([0-9.]+)\\)\"[^>]*>\n"
      "(?:<title>([^<]*)</title>\n)?");
  std::vector<SvgGrid> grids;
  for (std::size_t begin = svg.find("<g "); begin != std::string::npos; begin = svg.find("<g ", begin + 1)) {
    const std::string group = svg.substr(begin, svg.find("</g>", begin) - begin);
    std::smatch match;
    REQUIRE(std::regex_search(group, match, head));
    if (match[4] != "scale") grids.push_back(grid_of(group, match));
  }
  return grids;
}

}  // namespace mha::test
