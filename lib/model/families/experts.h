// Families whose feed-forward is a mixture of experts (Shazeer et al. 2017), which is not computed: attention
// of the first layer with one is, and what comes before it.
#pragma once

#include "model/family.h"

namespace mha::families {

/// A feed-forward of experts from that layer on.
inline void end_at_experts(const ConfigFile& file, std::size_t layer, Config& config) {
  if (layer >= config.num_layers) return;
  config.unsupported = UnsupportedPart{
      layer, true,
      fmt::format("{} is '{}': the feed-forward of layer {} is a mixture of experts, which is not supported",
                  file.label("model_type"), file.text("model_type").value_or(""), layer)};
}

/// Of layers that all have experts.
constexpr LayerNames without_feed_forward(LayerNames layer) {
  layer.gate = layer.intermediate = layer.feed_forward = "";
  return layer;
}

}  // namespace mha::families
