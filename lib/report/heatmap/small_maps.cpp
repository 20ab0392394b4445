#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/heatmap/heatmap.h"
#include "report/heatmap/line.h"
#include "tokenizer/unicode/unicode.h"

namespace mha {
namespace {

/// From nothing to the most.
constexpr std::string_view densities = " .:-=+*#%@";

constexpr std::string_view upper_half = "▀", gap = "  ";

std::size_t cell_width(const Palette& palette) { return palette.plain() ? 2 : 1; }

char density(const Palette& palette, double weight) {
  if (!std::isfinite(weight)) return '?';
  const double share = std::clamp(weight / palette.scale.most(), 0.0, 1.0);
  const auto level = static_cast<std::size_t>(std::lround(share * static_cast<double>(densities.size() - 1)));
  return densities[level];
}

/// Keys [begin, end) of a map.
struct Part {
  const AttentionMap& map;
  std::size_t begin, end;
};

std::vector<std::string> plain_lines(const Palette& palette, const Part& part) {
  std::vector<std::string> lines;
  for (std::size_t q = 0; q < part.map.rows; ++q) {
    std::string& line = lines.emplace_back();
    for (std::size_t k = part.begin; k < part.end; ++k) line.append(2, density(palette, part.map.at(q, k)));
  }
  return lines;
}

/// Two rows a line.
std::vector<std::string> coloured_lines(const Palette& palette, const Part& part) {
  std::vector<std::string> lines;
  for (std::size_t q = 0; q < part.map.rows; q += 2) {
    Line line(palette.screen.colours);
    for (std::size_t k = part.begin; k < part.end; ++k) {
      Paint paint{palette.scale.colour(part.map.at(q, k)), {}};
      if (q + 1 < part.map.rows) paint.ground = palette.scale.colour(part.map.at(q + 1, k));
      line.add(upper_half, paint);
    }
    lines.push_back(line.take());
    lines.back().pop_back();
  }
  return lines;
}

}  // namespace

void SmallMaps::add_part(const std::string& title, const AttentionMap& map, std::size_t begin,
                         std::size_t end) {
  const Part part{map, begin, end};
  const std::size_t width = std::max(title.size(), (end - begin) * cell_width(palette_));
  const auto pad = [&](std::string line, std::size_t taken) {
    return line + std::string(width - taken, ' ');
  };
  Panel panel{width, {}};
  panel.lines.push_back(pad(title, title.size()));
  for (std::string& line : palette_.plain() ? plain_lines(palette_, part) : coloured_lines(palette_, part)) {
    panel.lines.push_back(pad(std::move(line), (end - begin) * cell_width(palette_)));
  }
  panels_.push_back(std::move(panel));
}

void SmallMaps::add(const std::string& title, const AttentionMap& map) {
  const std::size_t columns = std::max<std::size_t>(1, palette_.screen.width / cell_width(palette_));
  if (map.columns <= columns) return add_part(title, map, 0, map.columns);
  for (std::size_t begin = 0; begin < map.columns; begin += columns) {
    const std::size_t end = std::min(begin + columns, map.columns);
    add_part(fmt::format("{}, keys {}-{}", title, begin, end - 1), map, begin, end);
  }
}

std::string SmallMaps::row(std::size_t begin, std::size_t end) const {
  std::string text;
  for (std::size_t i = 0; i < panels_[begin].lines.size(); ++i) {
    std::string line;
    for (std::size_t p = begin; p < end; ++p) {
      if (p > begin) line += gap;
      line += panels_[p].lines[i];
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
  }
  return text;
}

std::string SmallMaps::take() {
  std::string text;
  for (std::size_t begin = 0; begin < panels_.size();) {
    std::size_t end = begin + 1, width = panels_[begin].width;
    while (end < panels_.size() && width + gap.size() + panels_[end].width <= palette_.screen.width) {
      width += gap.size() + panels_[end++].width;
    }
    if (!text.empty()) text += '\n';
    text += row(begin, end);
    begin = end;
  }
  panels_.clear();
  return text;
}

std::string small_scale(const Palette& palette) {
  if (!palette.plain()) return large_scale(palette);
  return fmt::format("characters '{}' from 0 to {:.2f}, in equal steps\n", densities, palette.scale.most());
}

}  // namespace mha
