#include "model/forward.h"

#include <algorithm>
#include <optional>
#include <utility>

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
    tokens.push_back(inputs.longest_of(i));
  }
  return mha::groups_of(tokens);
}

/// All tables, so that groups find theirs at the same time.
void make_tables(const Inputs& inputs, std::vector<std::optional<Rotary>>& rotations) {
  for (auto& rotary : rotations) {
    for (std::size_t i = 0; rotary && i < inputs.sequences.size(); ++i) rotary->table(inputs.longest_of(i));
  }
}

/// Layers of which no more should be held than are worked on.
bool are_large(const std::vector<Layer>& layers) {
  constexpr std::size_t large = std::size_t{1} << 30;
  std::size_t bytes = 0;
  for (const Layer& layer : layers) {
    if (!layer.feed_forward) continue;
    const TensorView& matrix = layer.feed_forward->output.weight;
    bytes += 3 * element_count(matrix.shape) * bytes_of(matrix.type);
  }
  return bytes > large;
}

template <class Math>
void run_groups(const Model& model, const Inputs& inputs, Embeddings& embeddings,
                const ForwardOptions& options, Trace& trace, std::span<Findings> findings) {
  const std::vector<LayerStep> steps = plan_layers(trace.dimensions, options.wanted);
  const OuterWeights weights = embedding_weights(model);
  const std::vector<Layer> layers = layers_of(model, steps);
  const std::size_t longest = std::max(inputs.most_queries(), inputs.most_keys());
  const auto bias = score_bias<typename Math::Number>(model, longest);
  std::vector<std::optional<Rotary>> rotations = rotations_of(model.config, longest);
  make_tables(inputs, rotations);
  const auto relative = relative_embeddings<Math>(model, options.threads);
  const Layers<Math> common{model, options.masked_rows, bias ? &*bias : nullptr,
                            runs_through(layers, model.config) ? final_weights(model) : OuterWeights{},
                            relative ? &*relative : nullptr};
  const std::vector<Group> groups = groups_of(inputs);
  const Context<Math> context{model,     inputs,  embeddings,
                              weights,   layers,  common,
                              rotations, options, groups.size() == 1 && are_large(layers)};
  if (options.progress != nullptr) {
    options.progress->sequences = inputs.sequences.size();
    options.progress->layers = steps.size() * inputs.sequences.size();
  }
  const std::size_t threads = threads_worth(work_of(model.config, inputs, steps), options.threads);
  for_each_group(groups, threads, [&](const Group& group, std::size_t group_threads) {
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
