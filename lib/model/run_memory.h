// How much memory a run takes, counted before it is taken.
#pragma once

#include <cstddef>

#include "model/forward.h"

namespace mha {

/// What decides how much is in work at a time: `batch` sequences of up to `queries` tokens that attend to up
/// to `keys`.
struct WorkSize {
  const Config& config;
  std::size_t batch, queries, keys;
  bool feed_forward;
  bool projections;      ///< query, key and value are kept whole
  bool cross_attention;  ///< keys come from other sequences
  std::size_t threads;
  DType dtype = DType::float32;
};

/// Bytes of the activations of the sequences in work. Throws Error(limit) where they cannot be counted.
std::size_t work_memory(const WorkSize& size);

/// Bytes that a run takes: weights, embedding rows, activations of the sequences in work, and the tensors
/// wanted. Throws Error(limit) where they cannot be counted.
std::size_t memory_needed(const Inputs& inputs, const Dimensions& dimensions, const ForwardOptions& options);

}  // namespace mha
