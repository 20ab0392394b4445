#include "kernel/blocks.h"

#include <cstring>

namespace mha::kernel {
namespace {

/// As std::copy_n, without a call for the few numbers of a row.
void copy_lanes(const float* from, std::size_t count, float* to) {
  constexpr std::size_t step = 8;
  for (; count >= step; count -= step, from += step, to += step) std::memcpy(to, from, step * sizeof(float));
  for (std::size_t i = 0; i < count; ++i) to[i] = from[i];
}

/// Tokens from `first` on.
template <class SomeBlocks>
struct Place {
  SomeBlocks& blocks;
  std::size_t first;
};

/// Copies `count` tokens, block by block.
void copy_tokens(Place<const Blocks> from, Place<Blocks> to, std::size_t count, FeatureRange features) {
  while (count > 0) {
    const auto source = from.blocks[from.first / max_width];
    const auto target = to.blocks[to.first / max_width];
    const std::size_t source_lane = from.first % max_width, target_lane = to.first % max_width;
    const std::size_t piece = std::min({count, max_width - source_lane, max_width - target_lane});
    for (std::size_t f = features.begin; f < features.end; ++f) {
      copy_lanes(source.feature(f) + source_lane, piece, target.feature(f) + target_lane);
    }
    from.first += piece;
    to.first += piece;
    count -= piece;
  }
}

void clear_idle_lanes(Blocks& blocks, FeatureRange features) {
  if (blocks.count() == 0) return;
  const auto last = blocks[blocks.count() - 1];
  if (last.tokens == last.width) return;
  for (std::size_t f = features.begin; f < features.end; ++f) {
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

std::size_t count_rests(std::span<const Blocks* const> sequences) {
  std::size_t tokens = 0;
  for (const Blocks* sequence : sequences) tokens += sequence->tokens() % max_width;
  return tokens;
}

void join_rests(std::span<const Blocks* const> sequences, Blocks& joined, FeatureRange features) {
  std::size_t first = 0;
  for (const Blocks* sequence : sequences) {
    const std::size_t count = sequence->tokens() % max_width;
    copy_tokens({*sequence, sequence->tokens() - count}, {joined, first}, count, features);
    first += count;
  }
  clear_idle_lanes(joined, features);
}

void split_rests(const Blocks& joined, std::span<Blocks* const> sequences, FeatureRange features) {
  std::size_t first = 0;
  for (Blocks* sequence : sequences) {
    const std::size_t count = sequence->tokens() % max_width;
    copy_tokens({joined, first}, {*sequence, sequence->tokens() - count}, count, features);
    clear_idle_lanes(*sequence, features);
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
