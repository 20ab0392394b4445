#include "kernel/linear.h"

#include <algorithm>
#include <cassert>
#include <deque>
#include <utility>

#include "base/parallel.h"
#include "kernel/dot_product.h"
#include "kernel/product.h"
#include "kernel/transposed_product.h"
#include "kernel/widen.h"

namespace mha {

Linear slice(const Linear& linear, std::size_t first, std::size_t count) {
  const std::size_t block = linear.block_rows();
  Linear part = linear;
  assert(first % block + count <= block || (first % block == 0 && count % block == 0));
  part.rows = {linear.stored_row(first), count, std::min(count, block),
               linear.rows ? linear.rows->stride : 0};
  return part;
}

namespace kernel {
namespace {

/// Bytes of activations that stay in the second-level cache while the weights stream by, so that these come
/// from further away once for all tokens of a pass (256 of them at 768 features). Of many features they do
/// not stay, which costs less than to take the weights from further away for fewer blocks than these, or to
/// widen them again.
constexpr std::size_t bytes_per_pass = 768 * 1024;
std::size_t least_blocks_per_pass(const Linear& linear) { return linear.weight.is_floats() ? 4 : 8; }

/// Rows of a piece of work for so many tokens: some tiles of the micro-kernel, enough to share among threads,
/// not so little as to cost. Of few tokens they are more, as the weights then mostly come from memory, which
/// is read faster without a break; not where a chain of them is widened first, into what should stay near.
std::size_t piece_rows(const Linear& linear, std::size_t tokens, std::size_t threads) {
  constexpr std::size_t least = product_rows * 2, most = product_rows * 8;
  if (linear.transposed) {
    const std::size_t share = linear.out_features() / std::max<std::size_t>(threads, 1);
    return std::clamp(share, least, transposed_columns) / product_rows * product_rows;
  }
  if (!linear.weight.is_floats()) return least;
  const std::size_t wanted = std::clamp(96 * least / std::max<std::size_t>(tokens, 1), least, most);
  const std::size_t share = linear.out_features() / (2 * std::max<std::size_t>(threads, 1));
  return std::clamp(share, least, wanted) / product_rows * product_rows;
}

/// A block of tokens and where its rows of the result go.
struct BlockTask {
  BlockView<const float> in;
  BlockView<float> out;
  const float* rows = nullptr;  ///< of few tokens: the same tokens in rows, a row every dot_stride(features)
};

/// Numbers [first, first + count) of a tensor as floats: where they lie, or widened into `room`.
const float* floats_of(const TensorView& tensor, std::size_t first, std::size_t count, Buffer<float>& room) {
  if (tensor.is_floats()) return tensor.floats().data() + first;
  if (room.size() < count) room = Buffer<float>::uninitialised(count);
  widen(tensor, first, room.span().first(count));
  return room.data();
}

/// Part of a weight as floats: row c at depth k is data[c * row_stride + k * depth_stride].
struct Matrix {
  const float* data;
  std::size_t row_stride, depth_stride;
};

/// Part of a depth.
struct Depths {
  std::size_t begin, end;
};

/// How `count` rows of one block lie, from the stored row `first` on, at these depths.
Lines lines_of(const Linear& linear, std::size_t first, std::size_t count, Depths depths) {
  const std::size_t depth = linear.in_features(), stored = linear.stored_rows();
  const std::size_t taken = depths.end - depths.begin;
  return linear.transposed ? Lines{depths.begin * stored + first, taken, count, stored}
                           : Lines{first * depth + depths.begin, count, taken, depth};
}

/// These lines as floats.
Matrix matrix_of(const Linear& linear, const Lines& lines, Buffer<float>& room) {
  const auto matrix = [&](const float* data, std::size_t stride) {
    return linear.transposed ? Matrix{data, 1, stride} : Matrix{data, stride, 1};
  };
  if (linear.weight.is_floats()) return matrix(linear.weight.floats().data() + lines.first, lines.stride);
  const std::size_t numbers = lines.count * lines.length;
  if (room.size() < numbers) room = Buffer<float>::uninitialised(numbers);
  widen(linear.weight, lines, room.span());
  return matrix(room.data(), lines.length);
}

/// A Linear over blocks of tokens.
struct Job {
  Linear linear;
  std::optional<Activation> activation;
  std::vector<BlockTask> blocks;
};

/// What a thread takes at a time: rows [begin, end) of a weight, which are stored side by side, for the
/// blocks of one pass.
struct Piece {
  const Job& job;
  std::span<const BlockTask> blocks;
  std::size_t begin, end;
};

bool is_few(const BlockTask& block) { return block.rows != nullptr; }

/// What comes after rows [first, first + count) at depths up to `end`: the same rows further on, else those
/// behind. Of floats, which are used where they lie, rows a tile further down; transposed ones four tiles, as
/// each of their steps opens another page.
NextMatrix next_of(const Linear& linear, std::size_t first, std::size_t count, std::size_t end) {
  const std::size_t depth = linear.in_features(), size = bytes_of(linear.weight.type);
  std::size_t row = first, begin = end;
  if (linear.weight.is_floats()) {
    row = first + (linear.transposed ? product_rows * 2 : product_rows / 2);
    begin = 0;
  } else if (end == depth) {
    row = first + count;
    begin = 0;
  }
  const Lines lines = lines_of(linear, row, count, {begin, depth});
  const std::size_t stride = lines.stride * size;
  const std::byte* data = linear.weight.data + lines.first * size;
  return linear.transposed ? NextMatrix{data, size, stride} : NextMatrix{data, stride, size};
}

/// Blocks of many tokens: all depths at once where weights lie ready, else a chain after the other, so that
/// what was widened is still near.
void run_many(const Piece& piece, const float* bias) {
  thread_local Buffer<float> room;
  const Linear& linear = piece.job.linear;
  const std::size_t rows = piece.end - piece.begin, first = linear.stored_row(piece.begin);
  const std::size_t depth = linear.in_features();
  const bool ready = linear.weight.is_floats();
  if (std::all_of(piece.blocks.begin(), piece.blocks.end(), is_few)) return;
  for (std::size_t begin = 0, end = 0; begin < depth; begin = end) {
    end = ready ? depth : std::min(depth, begin + product_chain);
    const Matrix matrix = matrix_of(linear, lines_of(linear, first, rows, {begin, end}), room);
    bool fetches = true;
    for (const BlockTask& block : piece.blocks) {
      if (is_few(block)) continue;
      product({.in = block.in.feature(begin),
               .width = block.in.width,
               .depth = end - begin,
               .matrix = matrix.data,
               .row_stride = matrix.row_stride,
               .depth_stride = matrix.depth_stride,
               .rows = rows,
               .bias = end == depth ? bias : nullptr,
               .accumulate = begin > 0,
               .next = fetches ? next_of(linear, first, rows, end) : NextMatrix(),
               .out = block.out.feature(piece.begin)});
      fetches = false;  // the first block has brought them near
    }
  }
}

/// Blocks of few tokens with a weight that is not transposed.
void run_few(const Piece& piece, const float* bias) {
  thread_local Buffer<float> room;
  const Linear& linear = piece.job.linear;
  const TensorView& weight = linear.weight;
  const std::size_t rows = piece.end - piece.begin, depth = linear.in_features();
  const std::size_t start = linear.stored_row(piece.begin) * depth;
  const bool taken = takes_stored(weight.type);
  const std::byte* matrix = nullptr;
  for (const BlockTask& block : piece.blocks) {
    if (!is_few(block)) continue;
    if (matrix == nullptr) {
      matrix = taken ? weight.data + start * bytes_of(weight.type)
                     : reinterpret_cast<const std::byte*>(floats_of(weight, start, rows * depth, room));
    }
    dot_product({.tokens = block.rows,
                 .count = block.in.tokens,
                 .token_stride = dot_stride(depth),
                 .depth = depth,
                 .matrix = matrix,
                 .type = taken ? weight.type : ElementType::float32,
                 .row_stride = depth,
                 .rows = rows,
                 .bias = bias,
                 .out = block.out.feature(piece.begin),
                 .width = block.in.width});
  }
}

/// Blocks of few tokens with a transposed weight.
void run_few_transposed(const Piece& piece, const float* bias) {
  std::vector<FewTokens> sequences;
  for (const BlockTask& block : piece.blocks) {
    if (!is_few(block)) continue;
    sequences.push_back({block.rows, block.in.tokens, block.out.feature(piece.begin), block.in.width});
  }
  if (sequences.empty()) return;
  const Linear& linear = piece.job.linear;
  transposed_product({.matrix = linear.weight,
                      .first = linear.stored_row(piece.begin),
                      .columns = piece.end - piece.begin,
                      .bias = bias,
                      .sequences = sequences});
}

void run(const Piece& piece) {
  thread_local Buffer<float> room;
  const Linear& linear = piece.job.linear;
  const std::size_t rows = piece.end - piece.begin;
  const float* bias = nullptr;
  if (linear.bias) bias = floats_of(*linear.bias, linear.stored_row(piece.begin), rows, room);
  run_many(piece, bias);
  linear.transposed ? run_few_transposed(piece, bias) : run_few(piece, bias);
  if (!piece.job.activation) return;
  for (const BlockTask& block : piece.blocks) {
    activate(*piece.job.activation, {block.out.feature(piece.begin), rows * block.in.width});
  }
}

/// Adds the pieces of a job's pass number `pass`, if it has so many.
void add_pieces(const Job& job, std::size_t pass, std::size_t threads, std::vector<Piece>& pieces) {
  const std::size_t block_bytes = job.linear.in_features() * max_width * sizeof(float);
  const std::size_t per_pass = std::max(least_blocks_per_pass(job.linear), bytes_per_pass / block_bytes);
  const std::size_t first = pass * per_pass, rows = job.linear.out_features();
  if (first >= job.blocks.size()) return;
  const auto blocks = std::span(job.blocks).subspan(first, std::min(per_pass, job.blocks.size() - first));
  std::size_t tokens = 0;
  for (const BlockTask& block : blocks) tokens += block.in.tokens;
  const std::size_t step = piece_rows(job.linear, tokens, threads);
  const std::size_t block = job.linear.block_rows();
  for (std::size_t row = 0; row < rows;) {
    const std::size_t end = std::min({rows, row + step, (row / block + 1) * block});
    pieces.push_back({job, blocks, row, end});
    row = end;
  }
}

/// The work is cut by passes first, whose tokens all jobs take while these are near, and by rows within, so
/// that threads share them.
void run(const std::vector<Job>& jobs, std::size_t threads) {
  std::vector<Piece> pieces;
  for (std::size_t pass = 0, before = 1; before != pieces.size(); ++pass) {
    before = pieces.size();
    for (const Job& job : jobs) add_pieces(job, pass, threads, pieces);
  }
  parallel_for(pieces.size(), threads, [&](std::size_t i) { run(pieces[i]); });
}

bool is_few(const Blocks& sequence) { return sequence.tokens() <= few_tokens; }

/// Calls work(range) for all features in ranges, on several threads where so many tokens are enough to copy.
template <class Work>
void by_features(std::size_t features, std::size_t tokens, std::size_t threads, Work work) {
  constexpr std::size_t step = 64, numbers_worth_threads = 16 * 1024;
  const std::size_t steps = (features + step - 1) / step;
  parallel_for(steps, features * tokens < numbers_worth_threads ? 1 : threads, [&](std::size_t i) {
    work(FeatureRange{i * step, std::min(features, (i + 1) * step)});
  });
}

/// Sequences in the form that the kernels take beside their full blocks: those of few tokens in rows, and the
/// tokens behind the full blocks of the others side by side if there are several.
class Inputs {
 public:
  Inputs(std::span<const Blocks* const> sequences, std::size_t threads) : sequences_(sequences) {
    std::vector<const Blocks*> few, rests;
    std::size_t few_tokens_in_all = 0;
    for (const Blocks* each : sequences) {
      if (has_rest(*each)) rests.push_back(each);
      if (!is_few(*each)) continue;
      few.push_back(each);
      few_tokens_in_all += each->tokens();
    }
    const std::size_t features = sequences.empty() ? 0 : sequences.front()->features();
    rows_ = Buffer<float>::uninitialised(few_tokens_in_all * dot_stride(features));
    by_features(features, few_tokens_in_all, threads, [&](FeatureRange range) { write_rows(few, range); });
    if (rests.size() < 2) return;
    joined_ = Blocks(features, count_rests(rests));
    by_features(features, joined_.tokens(), threads,
                [&](FeatureRange range) { join_rests(rests, joined_, range); });
  }

  std::span<const Blocks* const> sequences() const { return sequences_; }
  const Blocks& joined() const { return joined_; }  ///< without tokens where there are not several

  /// The blocks, and where their results go: into those of their own sequence or, of joined rests,
  /// `projected`.
  std::vector<BlockTask> blocks(std::span<Blocks> results, Blocks& projected) const {
    std::vector<BlockTask> blocks;
    const float* rows = rows_.data();
    for (std::size_t i = 0; i < results.size(); ++i) {
      const Blocks& in = *sequences_[i];
      if (is_few(in)) {
        blocks.push_back({in[0], results[i][0], rows});
        rows += in.tokens() * dot_stride(in.features());
        continue;
      }
      const std::size_t own = has_rest(in) && joined_.tokens() == 0 ? in.count() : in.full_blocks();
      for (std::size_t b = 0; b < own; ++b) blocks.push_back({in[b], results[i][b]});
    }
    for (std::size_t b = 0; b < joined_.count(); ++b) blocks.push_back({joined_[b], projected[b]});
    return blocks;
  }

  /// Puts what was made of joined rests behind the full blocks of their sequences.
  void split(const Blocks& projected, std::span<Blocks> results, std::size_t threads) const {
    if (joined_.tokens() == 0) return;
    std::vector<Blocks*> targets;
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (has_rest(*sequences_[i])) targets.push_back(&results[i]);
    }
    by_features(projected.features(), projected.tokens(), threads,
                [&](FeatureRange range) { split_rests(projected, targets, range); });
  }

 private:
  static bool has_rest(const Blocks& sequence) {
    return sequence.tokens() % max_width != 0 && !is_few(sequence);
  }

  /// Into rows_, one sequence after the other, zeros behind the last feature included.
  void write_rows(std::span<const Blocks* const> few, FeatureRange range) {
    float* place = rows_.data();
    for (const Blocks* sequence : few) {
      const std::size_t features = sequence->features(), stride = dot_stride(features);
      to_rows(*sequence, range.begin, range.end - range.begin, place + range.begin, stride);
      for (std::size_t t = 0; t < sequence->tokens(); ++t, place += stride) {
        if (range.end == features) std::fill(place + features, place + stride, 0.0F);
      }
    }
  }

  std::span<const Blocks* const> sequences_;
  Buffer<float> rows_;
  Blocks joined_;
};

/// The inputs of a task: those of the task before if they are the same.
const Inputs& inputs_of(std::span<const Blocks* const> sequences, std::deque<Inputs>& all,
                        std::size_t threads) {
  const bool same = !all.empty() && std::equal(sequences.begin(), sequences.end(),
                                               all.back().sequences().begin(), all.back().sequences().end());
  return same ? all.back() : all.emplace_back(sequences, threads);
}

}  // namespace

std::vector<std::vector<Blocks>> linear(std::span<const LinearTask> tasks, std::size_t threads) {
  std::deque<Inputs> all_inputs;
  std::vector<const Inputs*> inputs;
  std::vector<std::vector<Blocks>> results(tasks.size());
  std::vector<Blocks> projected;  // of joined rests
  std::vector<Job> jobs;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const std::size_t features = tasks[i].linear.out_features();
    for (const Blocks* sequence : tasks[i].sequences) results[i].emplace_back(features, sequence->tokens());
    inputs.push_back(&inputs_of(tasks[i].sequences, all_inputs, threads));
    projected.emplace_back(features, inputs[i]->joined().tokens());
    jobs.push_back({tasks[i].linear, tasks[i].activation, inputs[i]->blocks(results[i], projected[i])});
  }
  run(jobs, threads);
  for (std::size_t i = 0; i < tasks.size(); ++i) inputs[i]->split(projected[i], results[i], threads);
  return results;
}

std::vector<Blocks> linear(const LinearTask& task, std::size_t threads) {
  return std::move(linear(std::span(&task, 1), threads).front());
}

}  // namespace kernel
}  // namespace mha
