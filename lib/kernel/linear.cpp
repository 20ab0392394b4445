#include "kernel/linear.h"

#include <algorithm>

#include "base/parallel.h"
#include "kernel/dot_product.h"
#include "kernel/product.h"
#include "kernel/widen.h"

namespace mha::kernel {
namespace {

/// Bytes of activations that stay in the second-level cache while the weights stream by, so that these come
/// from further away once for all tokens of a pass (256 of them at 768 features).
constexpr std::size_t bytes_per_pass = 768 * 1024;

/// A piece of work is a few tiles of the micro-kernel: enough to share among threads, not so little as to
/// cost.
constexpr std::size_t piece_rows = product_rows * 4;

/// A block of tokens and where its rows of the result go.
struct BlockTask {
  BlockView<const float> in;
  BlockView<float> out;
  const float* rows = nullptr;  ///< of few tokens: the same tokens in rows, a row every padded(features)
};

std::size_t padded(std::size_t features) { return (features + dot_lanes - 1) / dot_lanes * dot_lanes; }

/// Numbers [first, first + count) of a tensor as floats: where they lie, or widened into `room`.
const float* floats_of(const TensorView& tensor, std::size_t first, std::size_t count, Buffer<float>& room) {
  if (tensor.is_floats()) return tensor.floats().data() + first;
  if (room.size() < count) room = Buffer<float>::uninitialised(count);
  widen(tensor, first, room.span().first(count));
  return room.data();
}

/// Rows [begin, end) of the weight for the blocks of one pass.
void linear_rows(std::span<const BlockTask> blocks, const Linear& linear,
                 std::optional<Activation> activation, std::size_t begin, std::size_t end) {
  thread_local Buffer<float> weight_room, bias_room;
  const std::size_t depth = linear.in_features();
  const float* weight = floats_of(linear.weight, begin * depth, (end - begin) * depth, weight_room);
  const float* bias = linear.bias ? floats_of(*linear.bias, begin, end - begin, bias_room) : nullptr;
  for (const BlockTask& block : blocks) {
    float* place = block.out.feature(begin);
    if (block.rows != nullptr) {
      dot_product({.tokens = block.rows,
                   .count = block.in.tokens,
                   .token_stride = padded(depth),
                   .depth = depth,
                   .matrix = weight,
                   .row_stride = depth,
                   .rows = end - begin,
                   .bias = bias,
                   .out = place,
                   .width = block.in.width});
    } else {
      product({.in = block.in.data,
               .width = block.in.width,
               .depth = depth,
               .matrix = weight,
               .row_stride = depth,
               .depth_stride = 1,
               .rows = end - begin,
               .bias = bias,
               .prefetch = &block == &blocks.front() && linear.weight.is_floats(),
               .out = place});
    }
    if (activation) activate(*activation, {place, (end - begin) * block.in.width});
  }
}

/// The work is cut by passes first and by rows within, so that threads share the tokens of a pass.
void run(std::span<const BlockTask> blocks, const Linear& linear, std::optional<Activation> activation,
         std::size_t threads) {
  const std::size_t rows = linear.out_features();
  const std::size_t block_bytes = linear.in_features() * max_width * sizeof(float);
  const std::size_t per_pass = std::max<std::size_t>(1, bytes_per_pass / block_bytes);
  const std::size_t passes = (blocks.size() + per_pass - 1) / per_pass;
  const std::size_t pieces = (rows + piece_rows - 1) / piece_rows;
  parallel_for(passes * pieces, threads, [&](std::size_t i) {
    const std::size_t first = i / pieces * per_pass, row = i % pieces * piece_rows;
    linear_rows(blocks.subspan(first, std::min(per_pass, blocks.size() - first)), linear, activation, row,
                std::min(rows, row + piece_rows));
  });
}

bool is_few(const Blocks& sequence) { return sequence.tokens() <= few_tokens; }

/// The sequences of few tokens in rows, one after the other.
class FewRows {
 public:
  explicit FewRows(std::span<const Blocks* const> sequences) {
    std::size_t size = 0;
    for (const Blocks* each : sequences) size += is_few(*each) ? size_of(*each) : 0;
    rows_ = Buffer<float>::zeros(size);
  }

  /// The rows of the next sequence.
  const float* add(const Blocks& sequence) {
    float* place = rows_.data() + used_;
    to_rows(sequence, 0, sequence.features(), place, padded(sequence.features()));
    used_ += size_of(sequence);
    return place;
  }

 private:
  static std::size_t size_of(const Blocks& sequence) {
    return sequence.tokens() * padded(sequence.features());
  }

  Buffer<float> rows_;
  std::size_t used_ = 0;
};

/// The tokens behind the full blocks of the other sequences, side by side if there are several, and what
/// becomes of them.
class Rests {
 public:
  Rests(std::span<const Blocks* const> sequences, std::span<Blocks> results) {
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (sequences[i]->tokens() % max_width == 0 || is_few(*sequences[i])) continue;
      sources_.push_back(sequences[i]);
      targets_.push_back(&results[i]);
    }
    if (sources_.size() < 2) return;
    joined_ = join_rests(sources_);
    projected_ = Blocks(results.front().features(), joined_.tokens());
  }

  void add_to(std::vector<BlockTask>& tasks) {
    if (sources_.empty()) return;
    const bool joined = sources_.size() > 1;
    const Blocks& in = joined ? joined_ : *sources_.front();
    Blocks& out = joined ? projected_ : *targets_.front();
    for (std::size_t b = joined ? 0 : in.full_blocks(); b < in.count(); ++b) tasks.push_back({in[b], out[b]});
  }

  void finish() {
    if (sources_.size() > 1) split_rests(projected_, targets_);
  }

 private:
  std::vector<const Blocks*> sources_;
  std::vector<Blocks*> targets_;
  Blocks joined_, projected_;
};

}  // namespace

std::vector<Blocks> linear(std::span<const Blocks* const> sequences, const Linear& linear,
                           std::optional<Activation> activation, std::size_t threads) {
  std::vector<Blocks> results;
  for (const Blocks* sequence : sequences) results.emplace_back(linear.out_features(), sequence->tokens());

  std::vector<BlockTask> tasks;
  FewRows few(sequences);
  Rests rests(sequences, results);
  for (std::size_t i = 0; i < results.size(); ++i) {
    const Blocks& in = *sequences[i];
    if (is_few(in)) {
      tasks.push_back({in[0], results[i][0], few.add(in)});
      continue;
    }
    for (std::size_t b = 0; b < in.full_blocks(); ++b) tasks.push_back({in[b], results[i][b]});
  }
  rests.add_to(tasks);
  run(tasks, linear, activation, threads);
  rests.finish();
  return results;
}

}  // namespace mha::kernel
