#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/utf8.h"
#include "report/heatmap/heatmap.h"
#include "report/heatmap/line.h"
#include "tokenizer/unicode/unicode.h"

namespace mha {
namespace {

/// Columns that a label beside the map may take, rows that one above it may.
constexpr std::size_t widest_label = 20, tallest_label = 10;

std::size_t cell_width(const Palette& palette) { return palette.plain() ? 3 : 2; }

/// The clusters of a label, below each other, at most tallest_label of them.
std::vector<std::string> stack_of(const std::string& label) {
  const std::string text = utf8::printable(label);
  std::vector<std::string> stack;
  unicode::Graphemes clusters(text);
  for (std::string_view cluster = clusters.next(); !cluster.empty(); cluster = clusters.next()) {
    stack.emplace_back(cluster);
  }
  if (stack.size() > tallest_label) {
    stack.resize(tallest_label - 1);
    stack.emplace_back("…");
  }
  return stack;
}

/// A letter at the right end of a cell.
void add_letter(Line& line, const std::string& letter, std::size_t width) {
  // What stands over another letter gets a space to stand over.
  const bool alone = unicode::display_width(letter) == 0;
  const std::size_t taken = std::min(alone ? 1 : unicode::display_width(letter), width);
  line.add(std::string(width - taken, ' '));
  if (alone) line.add(" ");
  line.add(letter);
  line.add(closing_mark(letter));
}

/// The labels of keys, standing on the map.
std::string header(const std::vector<Label>& keys, const Palette& palette, std::size_t margin) {
  std::vector<std::vector<std::string>> stacks;
  std::size_t height = 0;
  for (const Label& key : keys) {
    stacks.push_back(stack_of(key.text));
    height = std::max(height, stacks.back().size());
  }
  std::string text;
  for (std::size_t row = 0; row < height; ++row) {
    Line line(ColourDepth::none);
    line.add(std::string(margin, ' '));
    for (const auto& stack : stacks) {
      const std::size_t above = height - stack.size();
      add_letter(line, row < above ? " " : stack[row - above], cell_width(palette));
    }
    text += line.take();
  }
  return text;
}

std::string percentage(double weight) {
  if (!std::isfinite(weight)) return "nan";
  if (weight == 0) return "   ";
  const long percent = std::lround(weight * 100);
  return percent == 0 ? "  ." : fmt::format("{:>3}", percent);
}

std::string row_text(const Plate& plate, const Palette& palette, std::size_t query, Line line,
                     std::size_t begin, std::size_t end) {
  for (std::size_t k = begin; k < end; ++k) {
    const double weight = plate.map.at(query, k);
    if (palette.plain()) {
      line.add(percentage(weight));
    } else {
      line.add("  ", {{}, palette.scale.colour(weight)});
    }
  }
  return line.take();
}

/// Rows of labels, all of one width.
std::vector<std::string> margin_of(const std::vector<Label>& queries, std::size_t room) {
  std::vector<std::string> labels;
  std::size_t width = 0;
  for (const Label& label : queries) {
    labels.push_back(fitted(label.text, room));
    width = std::max(width, unicode::display_width(labels.back()));
  }
  for (std::string& label : labels) {
    const std::string space(width - unicode::display_width(label), ' ');
    label = space + label + std::string(closing_mark(label)) + ' ';
  }
  return labels;
}

}  // namespace

std::string large_map(const Plate& plate, const Palette& palette) {
  const std::size_t screen = palette.screen.width;
  const auto labels = margin_of(plate.queries, std::clamp<std::size_t>(screen / 4, 1, widest_label));
  const std::size_t margin = unicode::display_width(labels.front());
  const std::size_t columns =
      std::max<std::size_t>(1, (std::max(screen, margin) - margin) / cell_width(palette));
  std::string text;
  for (std::size_t begin = 0; begin < plate.keys.size(); begin += columns) {
    const std::size_t end = std::min(begin + columns, plate.keys.size());
    if (begin > 0) text += '\n';
    const auto first = plate.keys.begin() + static_cast<std::ptrdiff_t>(begin);
    text += header({first, first + static_cast<std::ptrdiff_t>(end - begin)}, palette, margin);
    for (std::size_t q = 0; q < plate.queries.size(); ++q) {
      Line line(palette.screen.colours);
      line.add(labels[q]);
      text += row_text(plate, palette, q, line, begin, end);
    }
  }
  return text;
}

}  // namespace mha
