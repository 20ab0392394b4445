#include "model/forward.h"

#include <algorithm>

#include "model/pass.h"

namespace mha {
namespace {

/// Multiplications of a run.
double work_of(const Config& config, const Inputs& inputs, const std::vector<LayerStep>& steps) {
  double work = 0;
  for (std::size_t i = 0; i < inputs.sequences.size(); ++i) {
    const auto t = static_cast<double>(inputs.sequences[i].tokens.size());
    const auto s = static_cast<double>(inputs.keys_of(i).tokens.size());
    work += attention_work(config.attention(), {t, s, t * s}) + feed_forward_work(config, t);
  }
  return work * static_cast<double>(steps.size());
}

std::vector<Group> groups_of(const Inputs& inputs) {
  std::vector<std::size_t> tokens;
  for (std::size_t i = 0; i < inputs.sequences.size(); ++i) {
    tokens.push_back(std::max(inputs.sequences[i].tokens.size(), inputs.keys_of(i).tokens.size()));
  }
  return mha::groups_of(tokens);
}

template <class Math>
void run_groups(const Model& model, const Inputs& inputs, Embeddings& embeddings,
                const ForwardOptions& options, Trace& trace, std::span<Findings> findings) {
  const std::vector<LayerStep> steps = plan_layers(trace.dimensions, options.wanted);
  const EmbeddingWeights weights = embedding_weights(model);
  const std::vector<Layer> layers = layers_of(model, steps);
  const auto bias =
      distance_bias<typename Math::Number>(model, std::max(inputs.most_queries(), inputs.most_keys()));
  const Layers<Math> common{model.config, options.masked_rows, bias ? &*bias : nullptr};
  const Context<Math> context{model, inputs, embeddings, weights, layers, common, options};
  if (options.progress != nullptr) {
    options.progress->sequences = inputs.sequences.size();
    options.progress->layers = steps.size() * inputs.sequences.size();
  }
  const std::size_t threads = threads_worth(work_of(model.config, inputs, steps), options.threads);
  for_each_group(groups_of(inputs), threads, [&](const Group& group, std::size_t group_threads) {
    Pass<Math>(context, group, group_threads, trace, findings).run();
  });
}

Trace empty_trace(const Dimensions& dimensions, const ForwardOptions& options) {
  Trace trace{dimensions, {}, 0, {}};
  for (const TensorKey& key : activations_of(dimensions)) {
    if (!options.wanted.contains(key.key)) continue;
    const Shape shape = key.tensor->shape_of(dimensions);
    trace.tensors.emplace(key.key, options.dtype == DType::float64 ? Tensor::zeros<double>(shape)
                                                                   : Tensor::zeros<float>(shape));
  }
  return trace;
}

}  // namespace

void NonFinite::add(const NonFinite& other) {
  if (other.count == 0) return;
  if (count == 0 || other.depth < depth) {
    *this = other;
  } else if (other.tensor == tensor) {
    count += other.count;
  }
}

Trace forward(const Model& model, const Inputs& inputs, Embeddings embeddings, const Dimensions& dimensions,
              const ForwardOptions& options) {
  Trace trace = empty_trace(dimensions, options);
  std::vector<Findings> findings(inputs.sequences.size());
  const auto run = options.dtype == DType::float64 ? run_groups<Float64> : run_groups<Float32>;
  run(model, inputs, embeddings, options, trace, findings);
  for (const Findings& found : findings) {
    trace.blind_rows += found.blind_rows;
    trace.non_finite.add(found.non_finite);
  }
  return trace;
}

}  // namespace mha
