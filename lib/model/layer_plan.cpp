#include "model/layer_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/error.h"

namespace mha {
namespace {

/// How far a layer must be computed for one of its tensors.
LayerStep need_of(std::size_t layer, std::string_view name) {
  if (name == "hidden") return {layer, AttentionStage::output, true};
  if (name == "output") return {layer, AttentionStage::output, false};
  if (name == "value" || name == "heads" || name == "x") return {layer, AttentionStage::heads, false};
  return {layer, AttentionStage::weights, false};
}

/// The later layer, or the later stage of the same one.
bool reaches_further(const LayerStep& a, const LayerStep& b) {
  if (a.layer != b.layer) return a.layer > b.layer;
  if (a.feed_forward != b.feed_forward) return a.feed_forward;
  return a.stage > b.stage;
}

AttentionStage last_stage(const RunKind& kind) {
  if (!kind.attention_alone()) return AttentionStage::output;
  return kind.feed == Feed::heads ? AttentionStage::heads : AttentionStage::weights;
}

/// Of a layer that is computed no further than its weights they are the results that are looked at for NaN.
bool needs_projections(const LayerStep& step, const Dimensions& dimensions, const KeySet& wanted) {
  const auto layer = dimensions.kind.checkpoint ? std::optional(step.layer) : std::nullopt;
  const auto is_wanted = [&](std::string_view name) { return wanted.contains(tensor_key(name, layer)); };
  return step.stage == AttentionStage::weights || is_wanted("query") || is_wanted("key") ||
         is_wanted("value");
}

/// What can be looked at of a model with an unsupported part.
std::string what_remains(const UnsupportedPart& part) {
  if (part.layer == 0 && !part.has_attention) return "no layer of it can be looked at";
  const std::size_t last = part.has_attention ? part.layer : part.layer - 1;
  const std::string layers = last == 0 ? "0" : fmt::format("0-{}", last);
  if (!part.has_attention) return fmt::format("look at the layers before it: --layers {}", layers);
  return fmt::format("look at attention up to it: --layers {}, without final and hidden of layer {}", layers,
                     part.layer);
}

}  // namespace

std::vector<LayerStep> plan_layers(const Dimensions& dimensions, const KeySet& wanted) {
  std::optional<LayerStep> furthest;
  const auto need = [&](const LayerStep& step) {
    if (!furthest || reaches_further(step, *furthest)) furthest = step;
  };
  for (const TensorKey& key : activations_of(dimensions)) {
    if (!wanted.contains(key.key)) continue;
    if (key.tensor->scope == TensorScope::layer) need(need_of(key.layer.value_or(0), key.tensor->name));
    if (key.tensor->name == "final") need({dimensions.config.num_layers - 1, AttentionStage::output, true});
  }
  if (wanted.empty()) need({dimensions.layers.back(), last_stage(dimensions.kind), false});
  std::vector<LayerStep> steps;
  if (!furthest) return steps;
  for (std::size_t layer = 0; layer < furthest->layer; ++layer) {
    steps.push_back({layer, AttentionStage::output, true});
  }
  steps.push_back(*furthest);
  for (LayerStep& step : steps) step.projections = needs_projections(step, dimensions, wanted);
  return steps;
}

void check_supported(const Dimensions& dimensions, const KeySet& wanted) {
  const auto& part = dimensions.config.unsupported;
  if (!part) return;
  for (const LayerStep& step : plan_layers(dimensions, wanted)) {
    if (step.layer < part->layer) continue;
    if (step.layer == part->layer && part->has_attention && !step.feed_forward) continue;
    fail(Status::data, "{}; {}", part->why, what_remains(*part));
  }
}

}  // namespace mha
