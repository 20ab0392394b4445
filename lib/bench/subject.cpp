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
  config.causal = request.causal;
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
  if (request.what == What::encoder && config.unsupported) {
    fail(Status::data, "{}; time --what layer", config.unsupported->why);
  }
  config.causal = request.what != What::gemm && (config.causal || request.causal);
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
  return {.weight = random({out, in}, 0, reach), .bias = random({out}, 0, reach)};
}

Norm Subject::random_norm() {
  const Shape shape{config().hidden_size};
  return {.weight = random(shape, 1, 0.1F), .bias = random(shape, 0, 0.1F), .eps = config().layer_norm_eps};
}

Layer Subject::random_layer(const LayerStep& step) {
  const AttentionShape shape = config().attention();
  const std::size_t hidden = config().hidden_size, inner = config().intermediate_size;
  Layer layer{.step = step,
              .norms = {},
              .attention = {.query = random_linear(shape.query_features(), hidden),
                            .key = random_linear(shape.key_features(), hidden),
                            .value = random_linear(shape.key_features(), hidden),
                            .output = random_linear(hidden, shape.query_features()),
                            .norms = {}},
              .positions = {},
              .feed_forward = {}};
  if (step.feed_forward) {
    layer.norms.after = random_norm();
    layer.feed_forward = FeedForward{.norms = {},
                                     .gate = {},
                                     .intermediate = random_linear(inner, hidden),
                                     .output = random_linear(hidden, inner)};
    layer.feed_forward->norms.after = random_norm();
  }
  return layer;
}

const RotaryTable* Subject::rotary_of(const Layer& layer, std::size_t tokens) const {
  auto& rotary = rotations_[config().kind_of(layer.step.layer)];
  return rotary ? &rotary->table(tokens) : nullptr;
}

Subject::Subject(const BenchModel& model, What what, std::size_t longest)
    : model_(model),
      made_(attention_alone(model.config.attention())),
      rotations_(rotations_of(model.config, longest)) {
  made_.config = model.config;
  const std::vector<LayerStep> steps = steps_of(config(), what);
  if (model.checkpoint) {
    layers_ = layers_of(*model.checkpoint, steps);
    bias_ = score_bias<float>(*model.checkpoint, longest);
    relative_ = relative_embeddings<Float32>(*model.checkpoint, 1);
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
                                           const std::vector<kernel::Blocks>& sequences,
                                           const Mask& all_layers, std::size_t threads) {
  const Layers<Float32> common = subject.common();
  const std::vector<kernel::Blocks>* hidden = &sequences;
  std::vector<kernel::Blocks> result;
  for (const Layer& layer : subject.layers()) {
    Mask mask = all_layers;
    mask.window = subject.config().attention_of(layer.step.layer).window;
    const auto normed = common.normed(layer, *hidden, threads);
    std::vector<LayerTask<Float32>> tasks;
    for (const kernel::Blocks& sequence : normed ? *normed : *hidden) {
      tasks.push_back({sequence, sequence, mask, subject.rotary_of(layer, sequence.tokens()), {}, {}});
    }
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
  // The tables of their length are made before threads ask for them.
  const std::size_t tokens = input.hidden.front().front().tokens();
  for (const Layer& layer : subject.layers()) subject.rotary_of(layer, tokens);
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
