// How much memory a run takes, counted before it is taken.
#pragma once

#include <cstddef>

#include "model/forward.h"

namespace mha {

/// Bytes that a run takes: weights, embedding rows, activations of the sequences in work, and the tensors
/// wanted. Throws Error(limit) where they cannot be counted.
std::size_t memory_needed(const Inputs& inputs, const Dimensions& dimensions, const ForwardOptions& options);

}  // namespace mha
