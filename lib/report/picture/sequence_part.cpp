#include "report/picture/sequence_part.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "report/picture/text.h"

namespace mha {
namespace {

using Anchor = Lettering::Anchor;

constexpr double longest_label = 130, label_gap = 4, title_gap = 2;

std::vector<std::string> shown(const std::vector<Label>& labels, double size) {
  std::vector<std::string> texts;
  for (const Label& label : labels) {
    texts.push_back(fitted_text(utf8::printable(label.text), size, longest_label));
  }
  return texts;
}

/// Room that labels take beside a map.
double room_for(const std::vector<std::string>& texts, double size) {
  double room = 0;
  for (const std::string& text : texts) room = std::max(room, text_width(text, size));
  return room + label_gap;
}

/// A label; where it was shortened with all of its text.
Lettering label_at(const Label& label, std::string text, double x, double y) {
  const std::string whole = utf8::printable(label.text);
  Lettering letters{std::move(text), x, y, 0, Anchor::start, false, {0, 0, 0}, {}};
  if (letters.text != whole) letters.whole = whole;
  return letters;
}

/// The maps of one sequence, drawn below what is there.
class SequencePart {
 public:
  SequencePart(const Plan& plan, std::size_t sequence, Drawing& drawing)
      : plan_(plan), sequence_(sequence), drawing_(drawing), size_(plan.label_size()) {
    if (!plan.labelled()) return;
    rows_ = shown(plan.maps.queries(sequence), size_);
    columns_ = shown(plan.maps.keys(sequence), size_);
  }

  void draw() {
    const auto& names = plan_.maps.names();
    const double left = std::ceil(margin + (plan_.labelled() ? room_for(rows_, size_) : 0));
    const double width = static_cast<double>(plan_.maps.keys(sequence_).size()) * plan_.cell;
    const double height = static_cast<double>(plan_.maps.queries(sequence_).size()) * plan_.cell;
    const double pitch = std::ceil(std::max(width, widest_map_title())) + gap;
    double y = drawing_.height;
    for (std::size_t i = 0; i < names.size(); ++i) {
      const std::size_t column = i % maps_a_row(plan_.count);
      const double x = left + static_cast<double>(column) * pitch;
      if (column == 0) y = next_row(i == 0 ? drawing_.height : y + height + gap, i == 0);
      draw_map(i, x, y);
      if (column == 0 && plan_.labelled()) label_rows(x, y);
      if (i < maps_a_row(plan_.count) && plan_.labelled()) label_columns(x, y);
      drawing_.width = std::max(drawing_.width, x + pitch - gap + margin);
    }
    drawing_.height = y + height + gap;
  }

 private:
  bool titled() const { return plan_.count.maps() > 1; }

  double widest_map_title() const {
    double widest = 0;
    for (const MapName& name : plan_.maps.names()) {
      if (titled()) widest = std::max(widest, text_width(title_of(name), panel_size));
    }
    return widest;
  }

  /// Where a row of maps begins that has its titles, and if it is the first its labels, below `top`.
  double next_row(double top, bool first) const {
    const double titles = titled() ? panel_size * line_height + title_gap : 0;
    // Cells lie on whole pixels.
    return std::ceil(top + titles + (first && plan_.labelled() ? room_for(columns_, size_) : 0));
  }

  void draw_map(std::size_t index, double x, double y) {
    const AttentionMap map = plan_.maps.map(sequence_, index);
    const std::string title = title_of(plan_.maps.names()[index]);
    Grid grid{title, x, y, plan_.cell, plan_.cell, map.rows, map.columns, {}};
    grid.cells.reserve(map.values.size());
    for (const double value : map.values) {
      grid.cells.push_back(static_cast<Swatch>(plan_.scale.step(value).value_or(colour_steps)));
    }
    drawing_.grids.push_back(std::move(grid));
    if (!titled()) return;
    const bool above_labels = index < maps_a_row(plan_.count) && plan_.labelled();
    const double base = y - label_gap - title_gap - (above_labels ? room_for(columns_, size_) : 0);
    drawing_.letterings.push_back({title, x, base, panel_size, Anchor::start, false, {0, 0, 0}, {}});
  }

  /// Letters stand in the middle of a cell if their small ones do.
  double middle(std::size_t index) const {
    return (static_cast<double>(index) + 0.5) * plan_.cell + 0.36 * size_;
  }

  void label_rows(double x, double y) {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      Lettering letters = label_at(plan_.maps.queries(sequence_)[i], rows_[i], x - label_gap, y + middle(i));
      letters.size = size_;
      letters.anchor = Anchor::end;
      drawing_.letterings.push_back(std::move(letters));
    }
  }

  void label_columns(double x, double y) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      Lettering letters = label_at(plan_.maps.keys(sequence_)[i], columns_[i], x + middle(i), y - label_gap);
      letters.size = size_;
      letters.upwards = true;
      drawing_.letterings.push_back(std::move(letters));
    }
  }

  const Plan& plan_;
  std::size_t sequence_;
  Drawing& drawing_;
  double size_;
  std::vector<std::string> rows_, columns_;
};

}  // namespace

void draw_sequence(const Plan& plan, std::size_t sequence, Drawing& drawing) {
  SequencePart(plan, sequence, drawing).draw();
}

}  // namespace mha
