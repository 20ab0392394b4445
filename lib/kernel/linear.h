// x W^T + b over the tokens of several sequences, with an activation on top where one is asked for.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/tensor.h"
#include "kernel/activation.h"
#include "kernel/blocks.h"

namespace mha {

/// y = x W^T + b, as nn.Linear: weight [out, in], bias [out] or none. Borrowed from a TensorSource.
struct Linear {
  TensorView weight;
  std::optional<TensorView> bias;

  std::size_t out_features() const { return weight.shape[0]; }
  std::size_t in_features() const { return weight.shape[1]; }
};

namespace kernel {

/// A Linear, and the sequences [tokens, in] that it is applied to.
struct LinearTask {
  std::span<const Blocks* const> sequences;
  Linear linear;
  std::optional<Activation> activation = std::nullopt;
};

/// act(x W^T + b) for every token of each sequence: [tokens, out], in the order of `sequences`.
/// Sequences of few tokens go through dot_product, the others block by block through product, what is left
/// behind their full blocks side by side so that it fills the lanes: bits depend on a sequence's own length
/// alone. Weights are used where they lie if they are floats; others are widened a few rows at a time.
std::vector<Blocks> linear(const LinearTask& task, std::size_t threads);

/// The same for several Linears at once, which threads share out as one work: query, key and value of one
/// input read it once. Results are in the order of the tasks.
std::vector<std::vector<Blocks>> linear(std::span<const LinearTask> tasks, std::size_t threads);

}  // namespace kernel
}  // namespace mha
