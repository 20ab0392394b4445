// What the mask leaves to a block of queries of one head, a lane a query.
#pragma once

#include <cstddef>
#include <cstdint>

#include "attention/mask.h"
#include "kernel/blocks.h"

namespace mha {

class LaneMask {
 public:
  /// For queries [first, first + count) of a head.
  LaneMask(const Mask& mask, std::size_t head, std::size_t first, std::size_t count);

  /// The keys from the first to the last that any of them may see; none if begin == end.
  KeyRange visible_keys() const;

  /// Makes the scores [keys][width] of keys that a query may not see -inf in its lane.
  void apply(const KeyRange& keys, float* scores, std::size_t width) const;

  /// The lanes that see no key, a bit each.
  std::uint32_t blind_lanes() const;

 private:
  const Mask& mask_;
  std::size_t head_, first_, count_;
  KeyRange ranges_[kernel::max_width];  ///< of each lane; set where a mask is
  KeyRange common_;                     ///< keys that are in all ranges
};

}  // namespace mha
