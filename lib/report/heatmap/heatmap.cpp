#include "report/heatmap/heatmap.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/utf8.h"
#include "report/formats.h"
#include "report/heatmap/line.h"

namespace mha {
namespace {

/// Cells of the coloured scale.
constexpr std::size_t scale_cells = 20;

/// More is not looked at in a terminal.
constexpr std::size_t most_cells = 4'000'000;

std::string list_of(std::string_view name, const std::vector<Label>& labels) {
  std::string text(name);
  for (const Label& label : labels) {
    const std::string shown = utf8::printable(label.text);
    text += ' ' + shown + std::string(closing_mark(shown));
  }
  return text + '\n';
}

/// What small maps have no room for.
std::string tokens_of(const AttentionMaps& maps, std::size_t sequence) {
  if (maps.self_attention()) return list_of("queries and keys:", maps.queries(sequence));
  return list_of("queries:", maps.queries(sequence)) + list_of("keys:", maps.keys(sequence));
}

std::string one_map(const AttentionMaps& maps, std::size_t sequence, const Palette& palette) {
  const Plate plate{maps.map(sequence, 0), maps.queries(sequence), maps.keys(sequence)};
  const std::string title = title_of(maps.names().front());
  return title.empty() ? large_map(plate, palette) : fmt::format("{}\n{}", title, large_map(plate, palette));
}

/// A row of maps, or several, for each layer.
std::string many_maps(const AttentionMaps& maps, std::size_t sequence, const Palette& palette) {
  std::string text = tokens_of(maps, sequence);
  SmallMaps row(palette);
  const auto& names = maps.names();
  for (std::size_t i = 0; i < names.size(); ++i) {
    row.add(title_of(names[i]), maps.map(sequence, i));
    const bool last_of_layer =
        i + 1 == names.size() || (names[i].head && names[i + 1].layer != names[i].layer);
    if (last_of_layer) text += '\n' + row.take();
  }
  return text;
}

}  // namespace

std::string large_scale(const Palette& palette) {
  if (palette.plain()) return "numbers are percent; . is below 0.5, blank is 0\n";
  Line line(palette.screen.colours);
  line.add("0 ");
  for (std::size_t i = 0; i < scale_cells; ++i) {
    line.add(" ", {{}, colour_of_step(i * (colour_steps - 1) / (scale_cells - 1))});
  }
  line.add(fmt::format(" {:.2f}", palette.scale.most()));
  return line.take();
}

void check_heatmap(const Dimensions& dimensions) {
  const std::size_t maps = dimensions.batch * dimensions.layers.size() * dimensions.heads.size();
  if (most_cells / dimensions.queries / dimensions.keys / maps > 0) return;
  fail(Status::limit,
       "--format heatmap: {} maps of {} x {} tokens; it draws up to {} numbers: choose --layers and --heads, "
       "or --save a .png",
       maps, dimensions.queries, dimensions.keys, most_cells);
}

std::string heatmap_report(const Run& run) {
  const AttentionMaps maps = weight_maps(run);
  const Palette palette{ColourScale(largest(maps)), run.presentation.screen};
  const bool one = maps.names().size() == 1;
  std::string text;
  for (std::size_t i = 0; i < maps.sequences(); ++i) {
    if (maps.sequences() > 1) text += fmt::format("{}sequence {}\n", i > 0 ? "\n" : "", i + 1);
    text += one ? one_map(maps, i, palette) : many_maps(maps, i, palette);
  }
  return text + '\n' + (one ? large_scale(palette) : small_scale(palette));
}

}  // namespace mha
