#include "attention/attention.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "attention/head_steps.h"
#include "attention/job.h"
#include "attention/query_block.h"
#include "base/parallel.h"

namespace mha {
namespace {

using kernel::Blocks;

/// A block of queries of one head.
struct Unit {
  std::size_t head, block;
};

/// Blocks of queries of one sequence that share keys and values: what a thread takes at a time.
struct Piece {
  std::size_t task;
  std::vector<Unit> units;
};

/// Most blocks of a piece: each reads a stretch of keys and values from the second-level cache, where the
/// first has brought it, so that these come from further away once for 256 queries.
constexpr std::size_t most_units = 8;

/// What heads are projected from.
struct Source {
  const AttentionWeights& weights;
  std::span<const AttentionTask> tasks;
};

/// The blocks of queries of one key-value head: all, or those that are looked at where nothing is made of the
/// weights.
std::vector<Unit> units_of(const Job& job, const AttentionResult& result, std::size_t task,
                           std::size_t kv_head) {
  const AttentionOptions& options = *job.options[task];
  const std::size_t each = job.shape.heads_per_kv();
  std::vector<Unit> units;
  for (std::size_t head = kv_head * each; head < (kv_head + 1) * each; ++head) {
    const bool wanted = options.writes_scores(head) || options.writes_weights(head);
    if (job.stage == AttentionStage::weights && !wanted) continue;
    for (std::size_t block = 0; block < result.query.count(); ++block) units.push_back({head, block});
  }
  return units;
}

/// As many blocks side by side as leave enough pieces for all threads; one where weights are written, each of
/// which then holds the exponentials of all keys.
std::size_t units_at_once(const Job& job, const std::vector<AttentionResult>& results, const KvHeads& heads) {
  std::size_t blocks = 0;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (job.options[i]->weights) return 1;
    blocks += results[i].query.count() * heads.count * job.shape.heads_per_kv();
  }
  constexpr std::size_t pieces_per_thread = 32;
  if (job.threads == 1) return most_units;
  return std::clamp<std::size_t>(blocks / (job.threads * pieces_per_thread), 1, most_units);
}

std::vector<Piece> pieces_of(const Job& job, const std::vector<AttentionResult>& results,
                             const KvHeads& heads) {
  const std::size_t at_once = units_at_once(job, results, heads);
  std::vector<Piece> pieces;
  for (std::size_t task = 0; task < results.size(); ++task) {
    for (std::size_t kv_head = heads.first; kv_head < heads.first + heads.count; ++kv_head) {
      const std::vector<Unit> units = units_of(job, results[task], task, kv_head);
      for (std::size_t first = 0; first < units.size(); first += at_once) {
        const auto begin = units.begin() + static_cast<std::ptrdiff_t>(first);
        const std::size_t count = std::min(at_once, units.size() - first);
        pieces.push_back({task, {begin, begin + static_cast<std::ptrdiff_t>(count)}});
      }
    }
  }
  return pieces;
}

/// Stretch by stretch of keys, each for all blocks that see some of it.
void attend_piece(const HeadsTask& task, const std::vector<Unit>& units) {
  std::vector<QueryBlock> blocks;
  blocks.reserve(units.size());
  KeyRange all{task.options.mask.keys, 0};
  std::size_t scratch_size = 0;
  for (const Unit& unit : units) {
    const QueryBlock& block = blocks.emplace_back(task, unit.head, unit.block);
    all = {std::min(all.begin, block.keys().begin), std::max(all.end, block.keys().end)};
    scratch_size = std::max(scratch_size, block.scratch_size());
  }
  thread_local Buffer<float> scratch;
  if (scratch.size() < scratch_size) scratch = Buffer<float>::uninitialised(scratch_size);
  for (std::size_t begin = all.begin; begin < all.end; begin += stretch_keys) {
    bool first = true;
    for (QueryBlock& block : blocks) {
      const std::size_t end = std::min(block.keys().end, begin + stretch_keys);
      if (begin < block.keys().begin || begin >= end) continue;
      block.take({begin, end, first}, scratch.data());
      first = false;
    }
  }
  for (QueryBlock& block : blocks) block.finish(scratch.data());
}

/// A Linear for each sequence, what it is applied to, and where in a sequence's result the outcome goes.
struct Projection {
  Linear linear;
  std::vector<const Blocks*> inputs;
  Blocks AttentionResult::*result;
};

void project(const std::vector<Projection>& projections, std::vector<AttentionResult>& results,
             std::size_t threads) {
  std::vector<kernel::LinearTask> tasks;
  for (const Projection& each : projections) tasks.push_back({each.inputs, each.linear});
  auto projected = kernel::linear(tasks, threads);
  for (std::size_t p = 0; p < projections.size(); ++p) {
    for (std::size_t i = 0; i < results.size(); ++i) {
      results[i].*projections[p].result = std::move(projected[p][i]);
    }
  }
}

/// Query, key and, if the stage needs it, value of these heads.
void project_heads(const Job& job, const Source& source, const KvHeads& heads,
                   std::vector<AttentionResult>& results) {
  const std::size_t dim = job.shape.head_dim, first = heads.first * dim, count = heads.count * dim;
  const std::size_t each = job.shape.heads_per_kv();
  std::vector<Projection> projections = {
      {slice(source.weights.query, first * each, count * each), {}, &AttentionResult::query},
      {slice(source.weights.key, first, count), {}, &AttentionResult::key}};
  for (const AttentionTask& task : source.tasks) {
    projections[0].inputs.push_back(&task.input.query);
    projections[1].inputs.push_back(&task.input.key);
  }
  if (job.stage >= AttentionStage::heads) {
    projections.push_back({slice(source.weights.value, first, count), {}, &AttentionResult::value});
    for (const AttentionTask& task : source.tasks) projections[2].inputs.push_back(&task.input.value);
  }
  project(projections, results, job.threads);
}

/// Scores and weights of these heads, and their part of x, from their projections.
void attend_heads(const Job& job, const KvHeads& heads, std::vector<AttentionResult>& results) {
  const std::vector<Piece> pieces = pieces_of(job, results, heads);
  const std::vector<std::optional<SequencePositions>> positions = position_tables(job, heads, results);
  parallel_for(pieces.size(), job.threads, [&](std::size_t i) {
    const Piece& piece = pieces[i];
    const auto& own = positions[piece.task];
    attend_piece(
        {job.shape, *job.options[piece.task], results[piece.task], heads.first, own ? &*own : nullptr},
        piece.units);
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
  const Source source{weights, tasks};
  Job job{shape, {}, extent.stage, threads};
  for (const AttentionTask& task : tasks) job.options.push_back(&task.options);
  std::vector<AttentionResult> results(tasks.size());
  for (std::size_t i = 0; extent.stage >= AttentionStage::heads && i < tasks.size(); ++i) {
    results[i].x = Blocks(shape.query_features(), tasks[i].input.query.tokens());
  }
  const HeadSteps steps(job, weights.norms);
  const bool needs_all = weights.norms && !weights.norms->per_head;
  const std::size_t at_once =
      needs_all ? shape.num_kv_heads : extent.kv_heads_at_once.value_or(shape.num_kv_heads);
  for (std::size_t first = 0; first < shape.num_kv_heads; first += at_once) {
    const KvHeads heads{first, std::min(at_once, shape.num_kv_heads - first)};
    project_heads(job, source, heads, results);
    steps.apply(results);
    attend_heads(job, heads, results);
    if (extent.kv_heads_at_once) drop_projections(results);
  }
  if (extent.stage >= AttentionStage::output) {
    Projection output{weights.output, {}, &AttentionResult::output};
    for (const AttentionResult& result : results) output.inputs.push_back(&result.x);
    project({output}, results, threads);
  }
  return results;
}

std::vector<AttentionResult> attend_projected(const AttentionShape& shape, std::vector<ProjectedTask> tasks,
                                              AttentionStage stage, std::size_t threads) {
  Job job{shape, {}, stage, threads};
  std::vector<AttentionResult> results;
  for (ProjectedTask& task : tasks) {
    job.options.push_back(&task.options);
    results.push_back({std::move(task.query), std::move(task.key), std::move(task.value), {}, {}});
    if (stage < AttentionStage::heads) continue;
    results.back().x = Blocks(shape.query_features(), results.back().query.tokens());
  }
  attend_heads(job, {0, shape.num_kv_heads}, results);
  return results;
}

}  // namespace mha
