#include "kernel/blocks.h"

namespace mha::kernel {

Blocks to_blocks(std::span<const float* const> rows, std::size_t features) {
  Blocks blocks(features, rows.size());
  for (std::size_t b = 0; b < blocks.count(); ++b) {
    const auto block = blocks[b];
    for (std::size_t f = 0; f < features; ++f) {
      float* lanes = block.feature(f);
      for (std::size_t t = 0; t < block.tokens; ++t) lanes[t] = rows[block.first_token + t][f];
      std::fill(lanes + block.tokens, lanes + block.width, 0.0F);
    }
  }
  return blocks;
}

void to_rows(const Blocks& blocks, std::size_t first, std::size_t count, float* out, std::size_t row_stride) {
  for (std::size_t b = 0; b < blocks.count(); ++b) {
    const auto block = blocks[b];
    for (std::size_t t = 0; t < block.tokens; ++t) {
      float* row = out + (block.first_token + t) * row_stride;
      for (std::size_t f = 0; f < count; ++f) row[f] = block.feature(first + f)[t];
    }
  }
}

}  // namespace mha::kernel
