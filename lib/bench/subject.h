// What is timed: layers, and sequences that go through them.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/buffer.h"
#include "bench/request.h"
#include "model/layer.h"
#include "model/work.h"

namespace mha {

/// Sizes, and the checkpoint that they come from if there is one.
struct BenchModel {
  Config
      config;  ///< num_layers are timed; intermediate_size is 0 where no feed-forward is; causal as asked for
  std::optional<Model> checkpoint;
};

/// Reads sizes; no weights are made. Throws Error as load_model.
BenchModel load_bench_model(const BenchRequest& request);

/// Bytes of the weights that a Subject makes: none for a checkpoint, whose weights lie in their file.
std::size_t made_bytes(const BenchModel& model, What what);

/// Layers with their weights: those of a checkpoint, or such of small random numbers.
class Subject {
 public:
  /// `model` outlives it; sequences have up to `longest` tokens.
  Subject(const BenchModel& model, What what, std::size_t longest);

  const Config& config() const { return model_.config; }
  const std::vector<Layer>& layers() const { return layers_; }
  Layers<Float32> common() const {
    return {.model = model(),
            .masked_rows = MaskedRows::zero,
            .bias = bias_ ? &*bias_ : nullptr,
            .relative = relative_ ? &*relative_ : nullptr};
  }

  /// The rotation of a layer's queries and keys in sequences of so many tokens; null for none.
  const RotaryTable* rotary_of(const Layer& layer, std::size_t tokens) const;

 private:
  TensorView random(const Shape& shape, float middle, float reach);
  Linear random_linear(std::size_t out, std::size_t in);
  Norm random_norm();
  Layer random_layer(const LayerStep& step);

  const Model& model() const { return model_.checkpoint ? *model_.checkpoint : made_; }

  const BenchModel& model_;
  Model made_;  ///< of random layers
  mutable std::vector<std::optional<Rotary>> rotations_;
  std::vector<Buffer<float>> tensors_;
  std::vector<Layer> layers_;
  std::optional<ScoreBias<float>> bias_;
  std::optional<kernel::Blocks> relative_;
};

/// Sequences of random numbers, in the groups in which a run works on them.
struct BenchInput {
  std::vector<Group> groups;
  std::vector<std::vector<kernel::Blocks>> hidden;  ///< of each group, [tokens, hidden_size] a sequence
};

BenchInput bench_input(const Config& config, std::size_t batch, std::size_t tokens);

/// What leaves the last layer for sequences [tokens, hidden_size] that enter the first, each with the same
/// mask and, in layers that have one, a window: where layers have no feed-forward, the output of attention.
std::vector<kernel::Blocks> through_layers(const Subject& subject,
                                           const std::vector<kernel::Blocks>& sequences, const Mask& mask,
                                           std::size_t threads);

/// Takes each sequence through all layers, as a run does, and drops what comes out.
void run_layers(const Subject& subject, const BenchInput& input, const Mask& mask, std::size_t threads);

/// The query projection of the first layer, of all sequences side by side.
void run_projection(const Subject& subject, const BenchInput& input, std::size_t threads);

}  // namespace mha
