// Which layers a run computes, and how far.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "attention/layer.h"
#include "model/tensors.h"

namespace mha {

/// Full names of tensors.
using KeySet = std::set<std::string, std::less<>>;

/// The work on one layer.
struct LayerStep {
  std::size_t layer;
  AttentionStage stage;
  bool feed_forward;         ///< and what follows attention, up to `hidden`
  bool projections = false;  ///< query, key and value are looked at, not only used
};

/// The layers from the first to the last that `wanted` names, each whole but for the last, which is computed
/// only as far as its tensors need. If nothing is wanted, attention of the last layer looked at is computed
/// whole.
std::vector<LayerStep> plan_layers(const Dimensions& dimensions, const KeySet& wanted);

/// Throws Error(data) for a run that goes into an unsupported part of the model, with what can be run.
void check_supported(const Dimensions& dimensions, const KeySet& wanted);

}  // namespace mha
