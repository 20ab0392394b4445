// How far a run is, for another thread to look at.
#pragma once

#include <atomic>
#include <cstddef>

namespace mha {

/// Counted up by forward, once a layer of a group of sequences. Layers are those of each sequence: 12 layers
/// of 3 sequences are 36. All are 0 until forward knows how much there is to do.
struct Progress {
  std::atomic<std::size_t> sequences = 0, sequences_done = 0;
  std::atomic<std::size_t> layers = 0, layers_done = 0;
};

}  // namespace mha
