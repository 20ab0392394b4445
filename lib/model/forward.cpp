#include "model/forward.h"

#include <algorithm>

#include "base/parallel.h"
#include "kernel/widen.h"
#include "model/pass.h"

namespace mha {
namespace {

/// Work below this many multiplications is done before a thread would have started.
constexpr double work_worth_a_thread = 3e7;

/// Multiplications of a run: projections, scores, weights times values, feed-forward.
double work_of(const Config& config, const Inputs& inputs, const std::vector<LayerStep>& steps) {
  const AttentionShape shape = config.attention();
  const auto embed = static_cast<double>(shape.embed_dim),
             query = static_cast<double>(shape.query_features()),
             key = static_cast<double>(shape.key_features()),
             inner = static_cast<double>(config.intermediate_size);
  double work = 0;
  for (std::size_t i = 0; i < inputs.sequences.size(); ++i) {
    const auto t = static_cast<double>(inputs.sequences[i].tokens.size());
    const auto s = static_cast<double>(inputs.keys_of(i).tokens.size());
    work += 2 * t * embed * query + 2 * s * embed * key + 2 * t * s * query + 2 * t * embed * inner;
  }
  return work * static_cast<double>(steps.size());
}

/// Cuts the batch into groups of about group_tokens tokens: short sequences share a pass over the weights.
std::vector<Group> groups_of(const Inputs& inputs) {
  std::vector<Group> groups;
  std::size_t begin = 0, tokens = 0;
  for (std::size_t i = 0; i < inputs.sequences.size(); ++i) {
    tokens += std::max(inputs.sequences[i].tokens.size(), inputs.keys_of(i).tokens.size());
    if (tokens < group_tokens && i + 1 < inputs.sequences.size()) continue;
    groups.push_back({begin, i + 1});
    begin = i + 1;
    tokens = 0;
  }
  return groups;
}

std::vector<Layer> layers_of(const Model& model, const std::vector<LayerStep>& steps) {
  std::vector<Layer> layers;
  for (const LayerStep& step : steps) {
    layers.push_back({step, attention_weights(model, step.layer, step.stage), {}});
    if (step.feed_forward) layers.back().feed_forward = feed_forward_weights(model, step.layer);
  }
  return layers;
}

template <class Math>
void run_groups(const Model& model, const Inputs& inputs, const Embeddings& embeddings,
                const ForwardOptions& options, Trace& trace, std::span<Findings> findings) {
  const std::vector<LayerStep> steps = plan_layers(trace.dimensions, options.wanted);
  const EmbeddingWeights weights = embedding_weights(model);
  const std::vector<Layer> layers = layers_of(model, steps);
  std::optional<DistanceBias<typename Math::Number>> bias;
  if (const auto table = relative_bias(model)) {
    std::vector<typename Math::Number> values(element_count(table->shape));
    kernel::widen(*table, 0, std::span(values));
    bias.emplace(values, model.config.num_attention_heads,
                 std::max(inputs.most_queries(), inputs.most_keys()));
  }
  const Context<Math> context{model, inputs, embeddings, weights, layers, bias ? &*bias : nullptr, options};
  const std::vector<Group> groups = groups_of(inputs);
  const std::size_t threads =
      work_of(model.config, inputs, steps) < work_worth_a_thread ? 1 : options.threads;
  // Many groups are shared out whole; a few are worked on by all threads, one after the other.
  const bool share = groups.size() >= 2 * threads;
  parallel_for(groups.size(), share ? threads : 1, [&](std::size_t i) {
    Pass<Math>(context, groups[i], share ? 1 : threads, trace, findings).run();
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

Trace forward(const Model& model, const Inputs& inputs, const Embeddings& embeddings,
              const Dimensions& dimensions, const ForwardOptions& options) {
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
