#include "attention/attention.h"

#include <algorithm>
#include <utility>

#include "attention/head_block.h"
#include "base/parallel.h"

namespace mha {
namespace {

using kernel::Blocks;

/// One block of queries of one head of one sequence: what a thread takes at a time.
struct Piece {
  std::size_t task, head, block;
};

bool is_wanted(const AttentionOptions& options, std::size_t head) {
  return (options.scores && options.scores->rows_of(head) != nullptr) ||
         (options.weights && options.weights->rows_of(head) != nullptr);
}

/// Key-value heads [first, first + count), and the query heads that use them.
struct KvHeads {
  std::size_t first, count;
};

/// What is the same for all heads.
struct Job {
  const AttentionShape& shape;
  const AttentionWeights& weights;
  std::span<const AttentionTask> tasks;
  AttentionStage stage;
  std::size_t threads;
};

/// All of these heads, or those that are looked at where nothing is made of the weights.
std::vector<Piece> pieces_of(const Job& job, const std::vector<AttentionResult>& results,
                             const KvHeads& heads) {
  const std::size_t each = job.shape.heads_per_kv();
  std::vector<Piece> pieces;
  for (std::size_t task = 0; task < results.size(); ++task) {
    for (std::size_t head = heads.first * each; head < (heads.first + heads.count) * each; ++head) {
      if (job.stage == AttentionStage::weights && !is_wanted(job.tasks[task].options, head)) continue;
      for (std::size_t block = 0; block < results[task].query.count(); ++block)
        pieces.push_back({task, head, block});
    }
  }
  return pieces;
}

TensorView rows_of(const TensorView& tensor, std::size_t first, std::size_t count) {
  Shape shape = tensor.shape;
  const std::size_t row_bytes = element_count(shape) / shape[0] * bytes_of(tensor.type);
  shape[0] = count;
  return {std::move(shape), tensor.type, tensor.data + first * row_bytes};
}

/// The Linear that gives features [first, first + count) alone.
Linear rows_of(const Linear& linear, std::size_t first, std::size_t count) {
  Linear rows{rows_of(linear.weight, first, count), std::nullopt};
  if (linear.bias) rows.bias = rows_of(*linear.bias, first, count);
  return rows;
}

/// Fills `member` of each result with the projection of what source(task number) points to.
template <class Source>
void project_into(std::vector<AttentionResult>& results, Blocks AttentionResult::*member,
                  const Linear& linear, std::size_t threads, Source source) {
  std::vector<const Blocks*> sequences;
  for (std::size_t i = 0; i < results.size(); ++i) sequences.push_back(source(i));
  std::vector<Blocks> projected = kernel::linear(sequences, linear, std::nullopt, threads);
  for (std::size_t i = 0; i < results.size(); ++i) results[i].*member = std::move(projected[i]);
}

/// Query, key and, if the stage needs it, value of these heads.
void project_heads(const Job& job, const KvHeads& heads, std::vector<AttentionResult>& results) {
  const std::size_t dim = job.shape.head_dim, first = heads.first * dim, count = heads.count * dim;
  const std::size_t each = job.shape.heads_per_kv();
  const auto input = [&](std::size_t i) -> const AttentionInput& { return job.tasks[i].input; };
  project_into(results, &AttentionResult::query, rows_of(job.weights.query, first * each, count * each),
               job.threads, [&](std::size_t i) { return &input(i).query; });
  project_into(results, &AttentionResult::key, rows_of(job.weights.key, first, count), job.threads,
               [&](std::size_t i) { return &input(i).key; });
  if (job.stage < AttentionStage::heads) return;
  project_into(results, &AttentionResult::value, rows_of(job.weights.value, first, count), job.threads,
               [&](std::size_t i) { return &input(i).value; });
}

/// Scores and weights of these heads, and their part of x, from their projections.
void attend_heads(const Job& job, const KvHeads& heads, std::vector<AttentionResult>& results) {
  const std::vector<Piece> pieces = pieces_of(job, results, heads);
  parallel_for(pieces.size(), job.threads, [&](std::size_t i) {
    const Piece& piece = pieces[i];
    const AttentionOptions& options = job.tasks[piece.task].options;
    thread_local Buffer<float> scratch;
    const std::size_t size = options.mask.keys * kernel::max_width;
    if (scratch.size() < size) scratch = Buffer<float>::uninitialised(size);
    attend_block({job.shape, options, results[piece.task], piece.head, piece.block, heads.first},
                 scratch.data());
  });
}

void drop_projections(std::vector<AttentionResult>& results) {
  for (AttentionResult& result : results) {
    result.query = Blocks();
    result.key = Blocks();
    result.value = Blocks();
  }
}

}  // namespace

std::vector<AttentionResult> attend(const AttentionShape& shape, const AttentionWeights& weights,
                                    std::span<const AttentionTask> tasks, const AttentionExtent& extent,
                                    std::size_t threads) {
  const Job job{shape, weights, tasks, extent.stage, threads};
  std::vector<AttentionResult> results(tasks.size());
  for (std::size_t i = 0; extent.stage >= AttentionStage::heads && i < tasks.size(); ++i) {
    results[i].x = Blocks(shape.query_features(), tasks[i].input.query.tokens());
  }
  const std::size_t at_once = extent.kv_heads_at_once.value_or(shape.num_kv_heads);
  for (std::size_t first = 0; first < shape.num_kv_heads; first += at_once) {
    const KvHeads heads{first, std::min(at_once, shape.num_kv_heads - first)};
    project_heads(job, heads, results);
    attend_heads(job, heads, results);
    if (extent.kv_heads_at_once) drop_projections(results);
  }
  if (extent.stage >= AttentionStage::output) {
    project_into(results, &AttentionResult::output, weights.output, threads,
                 [&](std::size_t i) { return &results[i].x; });
  }
  return results;
}

}  // namespace mha
