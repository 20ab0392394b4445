// Weights summed up over heads and layers.
#pragma once

#include <string>
#include <vector>

#include "model/forward.h"

namespace mha {

/// Full names of the weights that a summary is made of.
std::vector<std::string> weights_of(const TensorKey& summary, const Dimensions& dimensions);

/// The trace with the summaries among `wanted`, made of weights that it has kept, all [B, T, S]:
/// - head_mean: the mean over the heads looked at;
/// - layer_mean: the mean of that over the layers looked at;
/// - rollout: the product of the layers' (head_mean + 1) / 2, 1 for the residual connection, the last layer
///   to the left (Abnar and Zuidema 2020, "Quantifying Attention Flow in Transformers", section 3). Rows are
///   divided by their sum, which changes those of queries that may attend to nothing: they keep themselves.
/// Computed in float64, kept as the weights are; padding is zero.
Trace summarise(Trace trace, const Inputs& inputs, const KeySet& wanted);

}  // namespace mha
