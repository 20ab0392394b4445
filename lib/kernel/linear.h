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

/// `count` rows of a stored matrix: row i is row first + i / block * stride + i % block of what is stored.
/// Key of query | key | value one below the other is one block; key of [heads, (query, key, value), head_dim]
/// has first = head_dim, block = head_dim, stride = 3 head_dim.
struct RowSlice {
  std::size_t first, count, block, stride;
};

/// y = x W^T + b, as nn.Linear: weight [out, in], bias [out] or none. Borrowed from a TensorSource.
struct Linear {
  TensorView weight;
  std::optional<TensorView> bias;
  bool transposed = false;  ///< weight is [in, out], as Conv1D of Transformers' pytorch_utils.py
  std::optional<RowSlice> rows = std::nullopt;  ///< of weight and bias; nothing: all of them

  std::size_t stored_rows() const { return weight.shape[transposed ? 1 : 0]; }
  std::size_t out_features() const { return rows ? rows->count : stored_rows(); }
  std::size_t in_features() const { return weight.shape[transposed ? 0 : 1]; }

  /// Where row `row` is among the stored ones.
  std::size_t stored_row(std::size_t row) const {
    return rows ? rows->first + row / rows->block * rows->stride + row % rows->block : row;
  }
  /// Rows up to the next multiple of so many are stored side by side.
  std::size_t block_rows() const { return rows ? rows->block : stored_rows(); }
};

/// The Linear that gives features [first, first + count) alone: whole blocks of its rows, or some of one.
Linear slice(const Linear& linear, std::size_t first, std::size_t count);

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
/// alone. Weights are used where they lie if they are floats or, for few tokens, of a type that
/// takes_stored(); of others a chain of some rows at a time is widened. Transposed ones have product's order
/// of operations for any number of tokens.
std::vector<Blocks> linear(const LinearTask& task, std::size_t threads);

/// The same for several Linears at once, which threads share out as one work: query, key and value of one
/// input read it once. Results are in the order of the tasks.
std::vector<std::vector<Blocks>> linear(std::span<const LinearTask> tasks, std::size_t threads);

}  // namespace kernel
}  // namespace mha
