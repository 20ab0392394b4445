#include "bench/subject.h"

#include <cmath>
#include <utility>

#include "kernel/linear.h"
#include "kernel/mersenne_twister.h"
#include "model/config_file.h"

namespace mha {
namespace {

Config random_config(const BenchRequest& request) {
  ConfigRequest sizes = request.model.config;
  sizes.vocab_size = 1;
  Config config = load_config(sizes);
  config.layer_norm_eps = 1e-12;
  config.num_layers = request.layers.value_or(request.what == What::encoder ? default_bench_layers : 1);
  if (request.what == What::encoder) {
    config.intermediate_size = require({request.intermediate_size.value_or(4 * config.hidden_size), "",
                                        "--intermediate-size", !request.intermediate_size});
  }
  return config;
}

std::vector<LayerStep> steps_of(const Config& config, What what) {
  std::vector<LayerStep> steps;
  for (std::size_t layer = 0; layer < config.num_layers; ++layer) {
    steps.push_back({layer, AttentionStage::output, what == What::encoder});
  }
  return steps;
}

/// Those that come first have the same numbers whatever else there is.
void fill(std::span<float> numbers, float from, float to) {
  kernel::MersenneTwister(0).uniform(numbers, from, to);
}

}  // namespace

BenchModel load_bench_model(const BenchRequest& request) {
  if (!request.model.checkpoint) return {random_config(request), {}};
  Model checkpoint = load_model(request.model);
  Config config = checkpoint.config;
  if (request.what != What::encoder) {
    config.num_layers = 1;
    config.intermediate_size = 0;
  }
  return {config, std::move(checkpoint)};
}

std::size_t made_bytes(const BenchModel& model, What what) {
  if (model.checkpoint) return 0;
  const AttentionShape shape = model.config.attention();
  const std::size_t hidden = model.config.hidden_size;
  // Biases and norms are few beside the matrices, but for tiny sizes, which do not matter.
  std::size_t rows = checked_product(2, shape.query_features(), "memory");
  rows += 2 * shape.key_features();
  if (what == What::encoder) rows += 2 * model.config.intermediate_size + 8;
  return element_count({model.config.num_layers, sizeof(float), rows, hidden + 1});
}

TensorView Subject::random(const Shape& shape, float middle, float reach) {
  tensors_.push_back(Buffer<float>::uninitialised(element_count(shape)));
  fill(tensors_.back().span(), middle - reach, middle + reach);
  return {shape, std::as_const(tensors_.back()).span()};
}

Linear Subject::random_linear(std::size_t out, std::size_t in) {
  const float reach = 1 / std::sqrt(static_cast<float>(in));
  return {random({out, in}, 0, reach), random({out}, 0, reach)};
}

Norm Subject::random_norm() {
  const Shape shape{config().hidden_size};
  return {random(shape, 1, 0.1F), random(shape, 0, 0.1F), config().layer_norm_eps};
}

Layer Subject::random_layer(const LayerStep& step) {
  const AttentionShape shape = config().attention();
  const std::size_t hidden = config().hidden_size, inner = config().intermediate_size;
  Layer layer{.step = step,
              .attention = {.query = random_linear(shape.query_features(), hidden),
                            .key = random_linear(shape.key_features(), hidden),
                            .value = random_linear(shape.key_features(), hidden),
                            .output = random_linear(hidden, shape.query_features())},
              .feed_forward = {}};
  if (step.feed_forward) {
    layer.feed_forward = FeedForward{.attention_norm = random_norm(),
                                     .intermediate = random_linear(inner, hidden),
                                     .output = random_linear(hidden, inner),
                                     .output_norm = random_norm()};
  }
  return layer;
}

Subject::Subject(const BenchModel& model, What what, std::size_t longest) : model_(model) {
  const std::vector<LayerStep> steps = steps_of(config(), what);
  if (model.checkpoint) {
    layers_ = layers_of(*model.checkpoint, steps);
    bias_ = distance_bias<float>(*model.checkpoint, longest);
    return;
  }
  for (const LayerStep& step : steps) layers_.push_back(random_layer(step));
}

BenchInput bench_input(const Config& config, std::size_t batch, std::size_t tokens) {
  BenchInput input{groups_of(std::vector<std::size_t>(batch, tokens)), {}};
  for (const Group& group : input.groups) {
    input.hidden.emplace_back();
    for (std::size_t i = 0; i < group.size(); ++i) {
      kernel::Blocks blocks(config.hidden_size, tokens);
      for (std::size_t b = 0; b < blocks.count(); ++b) {
        fill({blocks[b].data, blocks.features() * blocks[b].width}, -1, 1);
      }
      input.hidden.back().push_back(std::move(blocks));
    }
  }
  return input;
}

std::vector<kernel::Blocks> through_layers(const Subject& subject,
                                           const std::vector<kernel::Blocks>& sequences, const Mask& mask,
                                           std::size_t threads) {
  const Layers<Float32> common = subject.common();
  const std::vector<kernel::Blocks>* hidden = &sequences;
  std::vector<kernel::Blocks> result;
  for (const Layer& layer : subject.layers()) {
    std::vector<LayerTask<Float32>> tasks;
    for (const kernel::Blocks& sequence : *hidden) tasks.push_back({sequence, sequence, mask, {}, {}});
    std::vector<kernel::Blocks> attended;
    for (AttentionResult& attention : common.attend(layer, tasks, threads)) {
      attended.push_back(std::move(attention.output));
    }
    result = layer.feed_forward ? common.feed_forward(layer, std::move(attended), *hidden, threads)
                                : std::move(attended);
    hidden = &result;
  }
  return result;
}

void run_layers(const Subject& subject, const BenchInput& input, const Mask& mask, std::size_t threads) {
  for_each_group(input.groups, threads, [&](const Group& group, std::size_t group_threads) {
    const auto index = static_cast<std::size_t>(&group - input.groups.data());
    through_layers(subject, input.hidden[index], mask, group_threads);
  });
}

void run_projection(const Subject& subject, const BenchInput& input, std::size_t threads) {
  std::vector<const kernel::Blocks*> sequences;
  for (const auto& group : input.hidden) {
    for (const kernel::Blocks& sequence : group) sequences.push_back(&sequence);
  }
  kernel::linear({sequences, subject.layers().front().attention.query}, threads);
}

}  // namespace mha
