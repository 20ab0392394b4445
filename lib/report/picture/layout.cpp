#include "report/picture/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/utf8.h"
#include "report/picture/sequence_part.h"
#include "report/picture/text.h"

namespace mha {
namespace {

using Anchor = Lettering::Anchor;

constexpr double title_size = 15, text_size = 11, text_gap = 8;

/// A small picture gets wider for its title and its text, up to these.
constexpr double widest_title = 1000, widest_heading = 480;

constexpr double bar_height = 10, bar_step = 3, least_width = 344;
constexpr std::size_t bar_cells = 64;
constexpr Colour grey{85, 85, 85};

MapCount count_of(const std::vector<MapName>& names) {
  const auto same_layer = [&](const MapName& name) { return name.layer == names.front().layer; };
  const auto heads = static_cast<std::size_t>(std::count_if(names.begin(), names.end(), same_layer));
  return {names.size() / heads, heads};
}

Plan plan_of(const FileContent& content) {
  AttentionMaps maps(content.arrays, content.run);
  const MapCount count = count_of(maps.names());
  std::size_t tokens = 1;
  for (std::size_t i = 0; i < maps.sequences(); ++i) {
    tokens = std::max({tokens, maps.queries(i).size(), maps.keys(i).size()});
  }
  const ColourScale scale(largest(maps));
  return {std::move(maps), content.run, scale, count, cell_side(tokens, count)};
}

/// "query q.npy, key k.npy" for what is given.
std::string given_title(const Given& given) {
  std::string title;
  for (const auto& [what, file] : sources_of(given)) {
    title += fmt::format("{}{} {}", title.empty() ? "" : ", ", what, file);
  }
  return title;
}

/// Where the weights come from.
std::string model_title(const Run& run) {
  const Model& model = run.model;
  if (run.inputs.given.heads) return given_title(run.inputs.given);
  if (!model.name.empty()) return utf8::printable(model.name);
  return model.seed ? fmt::format("random weights, seed {}", *model.seed) : "random weights";
}

/// "weights of layers 0-5, heads 0-11", "layer 3 head 2".
std::string maps_title(const Plan& plan) {
  const auto& names = plan.maps.names();
  const std::string& tensor = names.front().tensor;
  if (names.size() == 1) {
    const std::string title = title_of(names.front());
    return tensor == "weights" && !title.empty() ? title : fmt::format("{} {}", tensor, title);
  }
  std::vector<std::size_t> layers;
  for (const MapName& name : names) {
    if (name.layer && (layers.empty() || layers.back() != *name.layer)) layers.push_back(*name.layer);
  }
  std::string title = tensor;
  const auto append = [&](std::string_view what, const std::vector<std::size_t>& numbers) {
    if (numbers.empty()) return;
    title += fmt::format("{} {}{} {}", title == tensor ? " of" : ",", what, numbers.size() > 1 ? "s" : "",
                         ranges_text(numbers));
  };
  append("layer", layers);
  if (names.front().head) append("head", plan.run.dimensions().heads);
  return title;
}

std::string text_of(const Sequence& sequence) {
  if (!sequence.text) return {};
  std::string text = sequence.text->bytes;
  if (sequence.pair) text += " | " + sequence.pair->bytes;
  return utf8::printable(utf8::replace_invalid(text));
}

/// What is above the maps of a sequence: its text, and in cross-attention the other one.
std::string heading_of(const Plan& plan, std::size_t index) {
  const Inputs& inputs = plan.run.inputs;
  std::string heading =
      inputs.given.embeddings ? given_title(inputs.given) : text_of(inputs.sequences[index]);
  if (inputs.cross_attention() && !inputs.given.heads) heading += " → " + text_of(inputs.contexts[index]);
  if (inputs.sequences.size() == 1) return heading;
  return fmt::format("sequence {}{}{}", index + 1, heading.empty() ? "" : ": ", heading);
}

Lettering line_of(std::string text, double size, Colour ink) {
  return {std::move(text), 0, 0, size, Anchor::start, false, ink, {}};
}

/// A line of text below what is there, for which the picture gets as wide as `width`; shortened later to the
/// width that it has then.
void add_line(Drawing& drawing, const Lettering& line, double width) {
  Lettering letters = line;
  letters.x = margin;
  letters.y = drawing.height + line.size;
  drawing.height += line.size * line_height;
  drawing.width =
      std::max(drawing.width, text_width(fitted_text(line.text, line.size, width), line.size) + 2 * margin);
  drawing.letterings.push_back(std::move(letters));
}

void add_scale(Drawing& drawing, const ColourScale& scale) {
  Grid bar{"scale", margin, std::ceil(drawing.height), bar_step, bar_height, 1, bar_cells, {}};
  for (std::size_t i = 0; i < bar_cells; ++i) {
    bar.cells.push_back(static_cast<Swatch>(i * (colour_steps - 1) / (bar_cells - 1)));
  }
  drawing.grids.push_back(std::move(bar));
  const double width = bar_cells * bar_step, base = drawing.height + bar_height + panel_size + 2;
  const auto tick = [&](double share, Anchor anchor) {
    drawing.letterings.push_back({fmt::format("{:.3g}", share * scale.most()),
                                  margin + share * width,
                                  base,
                                  panel_size,
                                  anchor,
                                  false,
                                  grey,
                                  {}});
  };
  tick(0, Anchor::start);
  tick(0.5, Anchor::middle);
  tick(1, Anchor::end);
  drawing.letterings.push_back({"rows: queries, columns: keys",
                                margin + width + gap,
                                drawing.height + panel_size,
                                panel_size,
                                Anchor::start,
                                false,
                                grey,
                                {}});
  drawing.height = base + margin;
}

/// Shortens the lines that run across the picture.
void fit_lines(Drawing& drawing) {
  for (Lettering& letters : drawing.letterings) {
    if (letters.x != margin || letters.upwards || letters.anchor != Anchor::start) continue;
    std::string text = fitted_text(letters.text, letters.size, drawing.width - 2 * margin);
    if (text == letters.text) continue;
    letters.whole = std::exchange(letters.text, std::move(text));
  }
}

}  // namespace

Colour colour_of_swatch(std::size_t swatch) {
  return swatch == colour_steps ? no_number : colour_of_step(swatch);
}

Drawing drawing_of(const FileContent& content) {
  const Plan plan = plan_of(content);
  Drawing drawing{2 * margin + least_width, margin, "", "", {}, {}};
  drawing.title = fmt::format("{}: {}", model_title(content.run), maps_title(plan));
  add_line(drawing, line_of(drawing.title, title_size, {0, 0, 0}), widest_title);
  for (std::size_t i = 0; i < plan.maps.sequences(); ++i) {
    const std::string heading = heading_of(plan, i);
    if (!heading.empty()) add_line(drawing, line_of(heading, text_size, grey), widest_heading);
    drawing.description += heading + '\n';
    drawing.height += text_gap;
    draw_sequence(plan, i, drawing);
  }
  add_scale(drawing, plan.scale);
  drawing.width = std::ceil(drawing.width);
  drawing.height = std::ceil(drawing.height);
  fit_lines(drawing);
  return drawing;
}

}  // namespace mha
