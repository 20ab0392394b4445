// The two arithmetics that a model can be run in, behind one set of names: the forward pass is written once.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "attention/attention.h"
#include "attention/reference.h"
#include "kernel/linear.h"
#include "kernel/norm.h"
#include "kernel/reference.h"

namespace mha {

/// What one sequence brings to a layer, and where its maps go.
template <class Math>
struct LayerTask {
  const typename Math::Values& query;
  const typename Math::Values& key;
  const Mask& mask;
  const RotaryTable* rotary;  ///< of its length; null for none
  std::optional<ScoreTarget<typename Math::Number>> scores, weights;
};

/// What one sequence brings to attention alone: heads side by side, projected already.
template <class Math>
struct ProjectedHeads {
  typename Math::Values query, key, value;
  const Mask& mask;
  std::optional<ScoreTarget<typename Math::Number>> scores, weights;
};

/// What attention alone is the same in for all sequences.
struct ProjectedSetting {
  const AttentionShape& shape;
  AttentionStage stage;
  MaskedRows masked_rows;
  std::size_t threads;
};

/// What is the same for all sequences.
template <class Math>
struct LayerSetting {
  AttentionRules rules_for(const LayerTask<Math>& task) const {
    AttentionRules all = rules;
    all.rotary = task.rotary;
    return all;
  }

  const AttentionShape& shape;
  const AttentionWeights& weights;
  AttentionStage stage;
  bool projections;  ///< query, key and value are kept
  MaskedRows masked_rows;
  const ScoreBias<typename Math::Number>* bias;
  const Disentangled<typename Math::Values>* positions;
  AttentionRules rules;  ///< all but the rotation, which is a sequence's
  std::size_t threads;
};

/// float32, tokens in the lanes.
struct Float32 {
  using Number = float;
  using Values = kernel::Blocks;
  using Result = AttentionResult;

  static Values from_rows(const std::vector<float>& rows, std::size_t features);
  static std::vector<Values> linear(const std::vector<const Values*>& sequences, const Linear& linear,
                                    std::optional<Activation> activation, std::size_t threads) {
    return kernel::linear({sequences, linear, activation}, threads);
  }
  static void norm(std::span<Values> sequences, std::span<const Values> residuals, const Norm& norm,
                   std::size_t threads);
  static std::vector<Values> normed(std::span<const Values> sequences, const Norm& norm, std::size_t threads);
  static void add(std::span<Values> sums, std::span<const Values> addends, std::size_t threads);
  static void multiply(std::span<Values> products, std::span<const Values> factors, std::size_t threads);
  static std::vector<Result> attend(const std::vector<LayerTask<Float32>>& tasks,
                                    const LayerSetting<Float32>& setting);
  static std::vector<Result> attend(std::vector<ProjectedHeads<Float32>> heads,
                                    const ProjectedSetting& setting);
  static std::size_t count_non_finite(const Values& values);
};

/// float64, the reference.
struct Float64 {
  using Number = double;
  using Values = reference::Matrix;
  using Result = reference::Result;

  static Values from_rows(const std::vector<double>& rows, std::size_t features);
  static std::vector<Values> linear(const std::vector<const Values*>& sequences, const Linear& linear,
                                    std::optional<Activation> activation, std::size_t threads);
  static void norm(std::span<Values> sequences, std::span<const Values> residuals, const Norm& norm,
                   std::size_t threads);
  static std::vector<Values> normed(std::span<const Values> sequences, const Norm& norm, std::size_t threads);
  static void add(std::span<Values> sums, std::span<const Values> addends, std::size_t threads);
  static void multiply(std::span<Values> products, std::span<const Values> factors, std::size_t threads);
  static std::vector<Result> attend(const std::vector<LayerTask<Float64>>& tasks,
                                    const LayerSetting<Float64>& setting);
  static std::vector<Result> attend(std::vector<ProjectedHeads<Float64>> heads,
                                    const ProjectedSetting& setting);
  static std::size_t count_non_finite(const Values& values);
};

}  // namespace mha
