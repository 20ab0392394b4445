#include "kernel/linear.h"

#include <algorithm>

#include "base/parallel.h"
#include "kernel/product.h"
#include "kernel/widen.h"

namespace mha::kernel {
namespace {

/// Token blocks that share a pass over the weights, so that both stay in the second-level cache.
constexpr std::size_t blocks_per_pass = 8;

/// A piece of work is a few passes of the micro-kernel: enough to share among threads, not so little as to
/// cost.
constexpr std::size_t piece_rows = product_rows * 4;

/// Numbers [first, first + count) of a tensor as floats: where they lie, or widened into `room`.
const float* floats_of(const TensorView& tensor, std::size_t first, std::size_t count, Buffer<float>& room) {
  if (tensor.is_floats()) return tensor.floats().data() + first;
  if (room.size() < count) room = Buffer<float>::uninitialised(count);
  widen(tensor, first, room.span().first(count));
  return room.data();
}

/// Rows [begin, end) of the weight for all tokens.
void linear_rows(const Blocks& in, const Linear& linear, std::optional<Activation> activation,
                 std::size_t begin, std::size_t end, Blocks& out) {
  thread_local Buffer<float> weight_room, bias_room;
  const std::size_t depth = linear.in_features();
  const float* weight = floats_of(linear.weight, begin * depth, (end - begin) * depth, weight_room);
  const float* bias = linear.bias ? floats_of(*linear.bias, begin, end - begin, bias_room) : nullptr;
  for (std::size_t pass = 0; pass < in.count(); pass += blocks_per_pass) {
    for (std::size_t row = begin; row < end; row += product_rows) {
      const std::size_t count = std::min(product_rows, end - row);
      for (std::size_t b = pass; b < std::min(in.count(), pass + blocks_per_pass); ++b) {
        float* place = out[b].feature(row);
        product({.in = in[b].data,
                 .width = in[b].width,
                 .depth = depth,
                 .matrix = weight + (row - begin) * depth,
                 .row_stride = depth,
                 .depth_stride = 1,
                 .rows = count,
                 .bias = bias == nullptr ? nullptr : bias + (row - begin),
                 .out = place});
        if (activation) activate(*activation, {place, count * in[b].width});
      }
    }
  }
}

Blocks linear_of_one(const Blocks& in, const Linear& linear, std::optional<Activation> activation,
                     std::size_t threads) {
  Blocks out(linear.out_features(), in.tokens());
  const std::size_t rows = linear.out_features();
  parallel_for((rows + piece_rows - 1) / piece_rows, threads, [&](std::size_t i) {
    linear_rows(in, linear, activation, i * piece_rows, std::min(rows, (i + 1) * piece_rows), out);
  });
  return out;
}

}  // namespace

std::vector<Blocks> linear(std::span<const Blocks* const> sequences, const Linear& linear,
                           std::optional<Activation> activation, std::size_t threads) {
  std::vector<Blocks> results;
  if (sequences.size() == 1) {
    results.push_back(linear_of_one(*sequences.front(), linear, activation, threads));
    return results;
  }
  const Blocks joined = linear_of_one(join(sequences), linear, activation, threads);
  std::size_t first = 0;
  for (const Blocks* sequence : sequences) {
    results.push_back(split_off(joined, first, sequence->tokens()));
    first += sequence->tokens();
  }
  return results;
}

}  // namespace mha::kernel
