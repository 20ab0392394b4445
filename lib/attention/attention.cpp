#include "attention/attention.h"

#include <algorithm>
#include <utility>

#include "attention/head_block.h"
#include "base/parallel.h"
#include "kernel/product.h"

namespace mha {
namespace {

using kernel::Blocks;

/// Token blocks that share a pass over the weights, so that both stay in the second-level cache.
constexpr std::size_t blocks_per_pass = 8;

void project_rows(const Blocks& in, const Linear& linear, KeyRange rows, Blocks& out) {
  const std::size_t depth = linear.in_features();
  for (std::size_t pass = 0; pass < in.count(); pass += blocks_per_pass) {
    for (std::size_t row = rows.begin; row < rows.end; row += kernel::product_rows) {
      const std::size_t count = std::min(kernel::product_rows, rows.end - row);
      for (std::size_t b = pass; b < std::min(in.count(), pass + blocks_per_pass); ++b) {
        kernel::product({.in = in[b].data,
                         .width = in[b].width,
                         .depth = depth,
                         .matrix = linear.weight.floats().data() + row * depth,
                         .row_stride = depth,
                         .depth_stride = 1,
                         .rows = count,
                         .bias = linear.bias.floats().data() + row,
                         .out = out[b].feature(row)});
      }
    }
  }
}

/// x W^T + b for every token.
Blocks project(const Blocks& in, const Linear& linear, std::size_t threads) {
  Blocks out(linear.out_features(), in.tokens());
  // A piece of work is a few passes of the micro-kernel: enough to share among threads, not so little as to
  // cost.
  const std::size_t rows = linear.out_features();
  const std::size_t piece = kernel::product_rows * 4;
  parallel_for((rows + piece - 1) / piece, threads, [&](std::size_t i) {
    project_rows(in, linear, {i * piece, std::min(rows, (i + 1) * piece)}, out);
  });
  return out;
}

std::vector<Blocks> project_each(const std::vector<const Blocks*>& sequences, const Linear& linear,
                                 std::size_t threads) {
  std::vector<Blocks> results;
  if (sequences.size() == 1) {
    results.push_back(project(*sequences.front(), linear, threads));
    return results;
  }
  const Blocks joined = project(kernel::join(sequences), linear, threads);
  std::size_t first = 0;
  for (const Blocks* sequence : sequences) {
    results.push_back(kernel::split_off(joined, first, sequence->tokens()));
    first += sequence->tokens();
  }
  return results;
}

/// One block of queries of one head of one sequence: what a thread takes at a time.
struct Piece {
  std::size_t task, head, block;
};

std::vector<Piece> pieces_of(const std::vector<AttentionResult>& results, std::size_t num_heads) {
  std::vector<Piece> pieces;
  for (std::size_t task = 0; task < results.size(); ++task) {
    for (std::size_t head = 0; head < num_heads; ++head) {
      for (std::size_t block = 0; block < results[task].query.count(); ++block)
        pieces.push_back({task, head, block});
    }
  }
  return pieces;
}

/// Fills `member` of each result with the projection of what source(task number) points to.
template <class Source>
void project_into(std::vector<AttentionResult>& results, Blocks AttentionResult::*member,
                  const Linear& linear, std::size_t threads, Source source) {
  std::vector<const Blocks*> sequences;
  for (std::size_t i = 0; i < results.size(); ++i) sequences.push_back(source(i));
  std::vector<Blocks> projected = project_each(sequences, linear, threads);
  for (std::size_t i = 0; i < results.size(); ++i) results[i].*member = std::move(projected[i]);
}

}  // namespace

std::vector<AttentionResult> attend(const AttentionShape& shape, const AttentionWeights& weights,
                                    std::span<const AttentionTask> tasks, std::size_t threads) {
  using Result = AttentionResult;
  std::vector<Result> results(tasks.size());
  const auto input = [&](std::size_t i) -> const AttentionInput& { return tasks[i].input; };
  project_into(results, &Result::query, weights.query, threads,
               [&](std::size_t i) { return &input(i).query; });
  project_into(results, &Result::key, weights.key, threads, [&](std::size_t i) { return &input(i).key; });
  project_into(results, &Result::value, weights.value, threads,
               [&](std::size_t i) { return &input(i).value; });
  for (Result& result : results) result.x = Blocks(shape.query_features(), result.query.tokens());

  const std::vector<Piece> pieces = pieces_of(results, shape.num_heads);
  parallel_for(pieces.size(), threads, [&](std::size_t i) {
    const Piece& piece = pieces[i];
    const AttentionOptions& options = tasks[piece.task].options;
    thread_local Buffer<float> scratch;
    const std::size_t size = options.mask.keys * kernel::max_width;
    if (scratch.size() < size) scratch = Buffer<float>::uninitialised(size);
    attend_block({shape, options, results[piece.task], piece.head, piece.block}, scratch.data());
  });
  project_into(results, &Result::output, weights.output, threads,
               [&](std::size_t i) { return &results[i].x; });
  return results;
}

}  // namespace mha
