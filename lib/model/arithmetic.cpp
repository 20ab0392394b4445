#include "model/arithmetic.h"

#include <cmath>
#include <utility>

#include "kernel/elementwise.h"
#include "model/work.h"

namespace mha {
namespace {

/// The heads that are wanted into their places.
void write(const std::optional<ScoreTarget<double>>& target, const std::vector<reference::Matrix>& heads) {
  for (std::size_t h = 0; target && h < heads.size(); ++h) {
    double* rows = target->rows_of(h);
    if (rows == nullptr) continue;
    reference::to_rows(heads[h], 0, static_cast<std::size_t>(heads[h].cols()), rows, target->row_stride);
  }
}

/// The maps of a result to where they are wanted; the result does not keep them.
template <class Task>
void take_maps(const Task& task, reference::Result& result) {
  write(task.scores, result.scores);
  write(task.weights, result.weights);
  result.scores.clear();
  result.weights.clear();
}

}  // namespace

kernel::Blocks Float32::from_rows(const std::vector<float>& rows, std::size_t features) {
  std::vector<const float*> places;
  for (std::size_t at = 0; at < rows.size(); at += features) places.push_back(rows.data() + at);
  return kernel::to_blocks(places, features);
}

void Float32::norm(std::span<Values> sequences, std::span<const Values> residuals, const Norm& norm,
                   std::size_t threads) {
  kernel::Normalizer(norm).apply(sequences, residuals, threads);
}

std::vector<kernel::Blocks> Float32::normed(std::span<const Values> sequences, const Norm& norm,
                                            std::size_t threads) {
  return kernel::Normalizer(norm).normed(sequences, threads);
}

void Float32::add(std::span<Values> sums, std::span<const Values> addends, std::size_t threads) {
  kernel::add(sums, addends, threads);
}

void Float32::multiply(std::span<Values> products, std::span<const Values> factors, std::size_t threads) {
  kernel::multiply(products, factors, threads);
}

std::vector<AttentionResult> Float32::attend(const std::vector<LayerTask<Float32>>& tasks,
                                             const LayerSetting<Float32>& setting) {
  std::vector<AttentionTask> work;
  std::size_t queries = 0, keys = 0;
  for (const LayerTask<Float32>& task : tasks) {
    work.push_back({{task.query, task.key, task.key},
                    {.mask = task.mask,
                     .masked_rows = setting.masked_rows,
                     .rules = setting.rules_for(task),
                     .bias = setting.bias,
                     .disentangled = setting.positions,
                     .scores = task.scores,
                     .weights = task.weights}});
    queries += task.query.tokens();
    keys += task.key.tokens();
  }
  AttentionExtent extent{.stage = setting.stage};
  if (!setting.projections) extent.kv_heads_at_once = kv_heads_at_once(setting.shape, queries, keys);
  return mha::attend(setting.shape, setting.weights, work, extent, setting.threads);
}

std::vector<AttentionResult> Float32::attend(std::vector<ProjectedHeads<Float32>> heads,
                                             const ProjectedSetting& setting) {
  std::vector<ProjectedTask> work;
  for (ProjectedHeads<Float32>& each : heads) {
    work.push_back({std::move(each.query),
                    std::move(each.key),
                    std::move(each.value),
                    {.mask = each.mask,
                     .masked_rows = setting.masked_rows,
                     .scores = each.scores,
                     .weights = each.weights}});
  }
  return attend_projected(setting.shape, std::move(work), setting.stage, setting.threads);
}

std::size_t Float32::count_non_finite(const Values& values) {
  std::size_t count = 0;
  for (std::size_t b = 0; b < values.count(); ++b) {
    const auto block = values[b];
    for (std::size_t f = 0; f < values.features(); ++f) {
      const float* lanes = block.feature(f);
      for (std::size_t t = 0; t < block.tokens; ++t) count += std::isfinite(lanes[t]) ? 0 : 1;
    }
  }
  return count;
}

reference::Matrix Float64::from_rows(const std::vector<double>& rows, std::size_t features) {
  const auto columns = static_cast<Eigen::Index>(features);
  return Eigen::Map<const Values>(rows.data(), static_cast<Eigen::Index>(rows.size()) / columns, columns);
}

std::vector<reference::Matrix> Float64::linear(const std::vector<const Values*>& sequences,
                                               const Linear& linear, std::optional<Activation> activation,
                                               std::size_t /*threads*/) {
  std::vector<Values> results;
  for (const Values* x : sequences) {
    Values y = reference::linear(*x, linear);
    results.push_back(activation ? reference::activate(*activation, y) : std::move(y));
  }
  return results;
}

void Float64::norm(std::span<Values> sequences, std::span<const Values> residuals, const Norm& norm,
                   std::size_t /*threads*/) {
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    if (!residuals.empty()) sequences[i] += residuals[i];
    sequences[i] = reference::normed(sequences[i], norm);
  }
}

std::vector<reference::Matrix> Float64::normed(std::span<const Values> sequences, const Norm& norm,
                                               std::size_t /*threads*/) {
  std::vector<Values> results;
  for (const Values& sequence : sequences) results.push_back(reference::normed(sequence, norm));
  return results;
}

void Float64::add(std::span<Values> sums, std::span<const Values> addends, std::size_t /*threads*/) {
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += addends[i];
}

void Float64::multiply(std::span<Values> products, std::span<const Values> factors, std::size_t /*threads*/) {
  for (std::size_t i = 0; i < products.size(); ++i) products[i].array() *= factors[i].array();
}

std::vector<reference::Result> Float64::attend(const std::vector<LayerTask<Float64>>& tasks,
                                               const LayerSetting<Float64>& setting) {
  std::vector<Result> results;
  for (const LayerTask<Float64>& task : tasks) {
    results.push_back(reference::attend(setting.shape, setting.weights, task.query, task.key, task.key,
                                        {.mask = task.mask,
                                         .masked_rows = setting.masked_rows,
                                         .rules = setting.rules_for(task),
                                         .bias = setting.bias,
                                         .disentangled = setting.positions,
                                         .stage = setting.stage}));
    take_maps(task, results.back());
  }
  return results;
}

std::vector<reference::Result> Float64::attend(std::vector<ProjectedHeads<Float64>> heads,
                                               const ProjectedSetting& setting) {
  std::vector<Result> results;
  for (ProjectedHeads<Float64>& each : heads) {
    Result projected;
    projected.query = std::move(each.query);
    projected.key = std::move(each.key);
    projected.value = std::move(each.value);
    results.push_back(reference::attend_projected(
        setting.shape, std::move(projected),
        {.mask = each.mask, .masked_rows = setting.masked_rows, .stage = setting.stage}));
    take_maps(each, results.back());
  }
  return results;
}

std::size_t Float64::count_non_finite(const Values& values) {
  return static_cast<std::size_t>(values.size() - values.array().isFinite().count());
}

}  // namespace mha
