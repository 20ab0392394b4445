#include "attention/attention.h"

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

/// All heads, or those that are looked at where nothing is made of the weights.
std::vector<Piece> pieces_of(std::span<const AttentionTask> tasks,
                             const std::vector<AttentionResult>& results, std::size_t num_heads,
                             AttentionStage stage) {
  std::vector<Piece> pieces;
  for (std::size_t task = 0; task < results.size(); ++task) {
    for (std::size_t head = 0; head < num_heads; ++head) {
      if (stage == AttentionStage::weights && !is_wanted(tasks[task].options, head)) continue;
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
  std::vector<Blocks> projected = kernel::linear(sequences, linear, std::nullopt, threads);
  for (std::size_t i = 0; i < results.size(); ++i) results[i].*member = std::move(projected[i]);
}

}  // namespace

std::vector<AttentionResult> attend(const AttentionShape& shape, const AttentionWeights& weights,
                                    std::span<const AttentionTask> tasks, AttentionStage stage,
                                    std::size_t threads) {
  using Result = AttentionResult;
  std::vector<Result> results(tasks.size());
  const auto input = [&](std::size_t i) -> const AttentionInput& { return tasks[i].input; };
  project_into(results, &Result::query, weights.query, threads,
               [&](std::size_t i) { return &input(i).query; });
  project_into(results, &Result::key, weights.key, threads, [&](std::size_t i) { return &input(i).key; });
  if (stage >= AttentionStage::heads) {
    project_into(results, &Result::value, weights.value, threads,
                 [&](std::size_t i) { return &input(i).value; });
    for (Result& result : results) result.x = Blocks(shape.query_features(), result.query.tokens());
  }

  const std::vector<Piece> pieces = pieces_of(tasks, results, shape.num_heads, stage);
  parallel_for(pieces.size(), threads, [&](std::size_t i) {
    const Piece& piece = pieces[i];
    const AttentionOptions& options = tasks[piece.task].options;
    thread_local Buffer<float> scratch;
    const std::size_t size = options.mask.keys * kernel::max_width;
    if (scratch.size() < size) scratch = Buffer<float>::uninitialised(size);
    attend_block({shape, options, results[piece.task], piece.head, piece.block}, scratch.data());
  });
  if (stage >= AttentionStage::output) {
    project_into(results, &Result::output, weights.output, threads,
                 [&](std::size_t i) { return &results[i].x; });
  }
  return results;
}

}  // namespace mha
