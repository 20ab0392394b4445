#include "kernel/blocks.h"

namespace mha::kernel {
namespace {

/// Copies `count` tokens, block by block.
void copy_tokens(const Blocks& from, std::size_t from_first, Blocks& to, std::size_t to_first,
                 std::size_t count) {
  while (count > 0) {
    const auto source = from[from_first / max_width];
    const auto target = to[to_first / max_width];
    const std::size_t source_lane = from_first % max_width, target_lane = to_first % max_width;
    const std::size_t piece = std::min({count, max_width - source_lane, max_width - target_lane});
    for (std::size_t f = 0; f < from.features(); ++f) {
      std::copy_n(source.feature(f) + source_lane, piece, target.feature(f) + target_lane);
    }
    from_first += piece;
    to_first += piece;
    count -= piece;
  }
}

void clear_idle_lanes(Blocks& blocks) {
  if (blocks.count() == 0) return;
  const auto last = blocks[blocks.count() - 1];
  for (std::size_t f = 0; f < blocks.features(); ++f) {
    std::fill(last.feature(f) + last.tokens, last.feature(f) + last.width, 0.0F);
  }
}

}  // namespace

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

Blocks join_rests(std::span<const Blocks* const> sequences) {
  std::size_t tokens = 0;
  for (const Blocks* sequence : sequences) tokens += sequence->tokens() % max_width;
  Blocks joined(sequences.front()->features(), tokens);
  std::size_t first = 0;
  for (const Blocks* sequence : sequences) {
    const std::size_t count = sequence->tokens() % max_width;
    copy_tokens(*sequence, sequence->tokens() - count, joined, first, count);
    first += count;
  }
  clear_idle_lanes(joined);
  return joined;
}

void split_rests(const Blocks& joined, std::span<Blocks* const> sequences) {
  std::size_t first = 0;
  for (Blocks* sequence : sequences) {
    const std::size_t count = sequence->tokens() % max_width;
    copy_tokens(joined, first, *sequence, sequence->tokens() - count, count);
    clear_idle_lanes(*sequence);
    first += count;
  }
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
