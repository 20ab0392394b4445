#include "model/layer_plan.h"

#include <doctest/doctest.h>

#include <string>

using namespace mha;

namespace {

/// A model of six layers, of which 1 and 4 are looked at.
Dimensions dimensions(std::vector<std::size_t> layers = {1, 4}) {
  Config config{
      .vocab_size = 10, .hidden_size = 8, .num_attention_heads = 2, .num_key_value_heads = 2, .head_dim = 4};
  config.num_layers = 6;
  return {config, {.checkpoint = true}, 1, 3, 3, std::move(layers), {0, 1}};
}

void check_last(const KeySet& wanted, std::size_t layer, AttentionStage stage, bool feed_forward) {
  const std::vector<LayerStep> steps = plan_layers(dimensions(), wanted);
  REQUIRE(steps.size() == layer + 1);
  for (std::size_t i = 0; i < layer; ++i) {
    CHECK(steps[i].layer == i);
    CHECK(steps[i].stage == AttentionStage::output);
    CHECK(steps[i].feed_forward);
  }
  CHECK(steps.back().layer == layer);
  CHECK(steps.back().stage == stage);
  CHECK(steps.back().feed_forward == feed_forward);
}

}  // namespace

TEST_CASE("the last layer is computed as far as its tensors need, those before it whole") {
  check_last({"layers.4.weights"}, 4, AttentionStage::weights, false);
  check_last({"layers.4.query", "layers.1.hidden"}, 4, AttentionStage::weights, false);
  check_last({"layers.4.x"}, 4, AttentionStage::heads, false);
  check_last({"layers.4.output", "layers.4.scores"}, 4, AttentionStage::output, false);
  check_last({"layers.4.hidden"}, 4, AttentionStage::output, true);
  check_last({"layers.1.weights"}, 1, AttentionStage::weights, false);
}

TEST_CASE("nothing is computed for embeddings alone, attention of the last layer if nothing is named") {
  CHECK(plan_layers(dimensions(), {"embeddings"}).empty());
  check_last({}, 4, AttentionStage::output, false);
}

TEST_CASE("projections are kept where they are looked at, and where nothing comes after the weights") {
  const auto kept = [](const KeySet& wanted) {
    std::string layers;
    for (const LayerStep& step : plan_layers(dimensions(), wanted)) {
      if (step.projections) layers += std::to_string(step.layer);
    }
    return layers;
  };
  CHECK(kept({}).empty());
  CHECK(kept({"layers.4.output", "layers.4.weights", "layers.4.hidden"}).empty());
  CHECK(kept({"layers.4.hidden", "layers.1.key"}) == "1");
  CHECK(kept({"layers.4.query", "layers.4.output"}) == "4");
  CHECK(kept({"layers.4.value", "layers.1.query"}) == "14");
  CHECK(kept({"layers.4.weights"}) == "4");
}

TEST_CASE("the final state needs every layer whole") {
  const std::vector<LayerStep> steps = plan_layers(dimensions({5}), {"final"});
  REQUIRE(steps.size() == 6);
  CHECK(steps.back().feed_forward);
}
