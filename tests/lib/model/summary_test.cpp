#include "model/summary.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/file.h"
#include "base/json.h"
#include "support/numbers.h"

using namespace mha;

namespace {

/// Sequences of 5 and 2 tokens that have gone through a model of 3 layers of 2 heads.
struct Golden {
  Golden() : document(read_file(path, 1 << 20), path) {
    inputs.sequences = {sequence_of({1, 2, 3, 4, 5}), sequence_of({1, 2})};
    Config config{
        .vocab_size = 9, .hidden_size = 4, .num_attention_heads = 2, .num_key_value_heads = 2, .head_dim = 2};
    config.num_layers = 3;
    trace.dimensions = {config, {.checkpoint = true}, 2, 5, 5, {0, 1, 2}, {0, 1}};
    for (std::size_t layer = 0; layer < 3; ++layer) {
      Tensor tensor = Tensor::zeros<double>({2, 2, 5, 5});
      const auto values = tensor.as<double>();
      std::size_t at = 0;
      for (JsonValue head : document.root().find("layers")->items()[layer].items()) {
        for (JsonValue row : head.items()) {
          for (JsonValue number : row.items()) values[at++] = *number.number();
        }
      }
      for (std::size_t map = 2; map < 4; ++map) {  // each token attends to the other
        values[map * 25 + 1] = values[map * 25 + 5] = 1;
      }
      trace.tensors.emplace(tensor_key("weights", layer), std::move(tensor));
    }
  }

  static constexpr const char* path = MHA_SOURCE_DIR "/tests/golden/heads.json";
  JsonDocument document;
  Inputs inputs;
  Trace trace{};
};

}  // namespace

TEST_CASE("rollout is the product that numpy finds, and zero in padding") {
  Golden golden;
  std::vector<double> expected;
  for (JsonValue row : golden.document.root().find("rollout")->items()) {
    for (JsonValue number : row.items()) expected.push_back(*number.number());
  }
  const Trace trace = summarise(std::move(golden.trace), golden.inputs, {"rollout"});
  const Tensor& rollout = trace.tensors.at("rollout");
  REQUIRE(rollout.shape == Shape{2, 5, 5});
  const auto values = rollout.as<double>();
  CHECK(test::relative_error(values.first(25), expected) < 1e-15);
  // (1 1; 1 1) / 2 times itself is itself.
  for (std::size_t q = 0; q < 5; ++q) {
    for (std::size_t k = 0; k < 5; ++k) CHECK(values[25 + q * 5 + k] == (q < 2 && k < 2 ? 0.5 : 0));
  }
}

TEST_CASE("means are over the heads and the layers looked at, and zero in padding") {
  Golden golden;
  const std::vector<double> weights = [&] {
    const auto values = golden.trace.tensors.at("layers.1.weights").as<double>();
    return std::vector<double>(values.begin(), values.end());
  }();
  const Trace trace = summarise(std::move(golden.trace), golden.inputs, {"layers.1.head_mean", "layer_mean"});
  CHECK_FALSE(trace.tensors.contains("layers.0.head_mean"));
  const auto head_mean = trace.tensors.at("layers.1.head_mean").as<double>();
  for (std::size_t i = 0; i < 25; ++i) CHECK(head_mean[i] == (weights[i] + weights[25 + i]) / 2);
  CHECK(head_mean[25 + 1] == 1);
  CHECK(head_mean[25 + 10] == 0);
  const auto layer_mean = trace.tensors.at("layer_mean").as<double>();
  double sum = 0;
  for (std::size_t i = 0; i < 25; ++i) sum += layer_mean[i];
  CHECK(sum == doctest::Approx(5));
  CHECK(layer_mean[25 + 5] == 1);
}
