// Rows of numbers into blocks and back.
#pragma once

#include <cstddef>
#include <vector>

#include "kernel/blocks.h"

namespace mha::test {

/// Rows [tokens, features], row-major, as blocks.
inline kernel::Blocks blocks_of(const std::vector<float>& rows, std::size_t features) {
  std::vector<const float*> places;
  for (std::size_t at = 0; at < rows.size(); at += features) places.push_back(rows.data() + at);
  return kernel::to_blocks(places, features);
}

/// All tokens of blocks as rows.
inline std::vector<float> rows_of(const kernel::Blocks& blocks) {
  std::vector<float> rows(blocks.tokens() * blocks.features());
  kernel::to_rows(blocks, 0, blocks.features(), rows.data(), blocks.features());
  return rows;
}

}  // namespace mha::test
