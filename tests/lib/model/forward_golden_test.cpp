// Whole layers against PyTorch's numbers (tests/golden/attention.py).
#include <doctest/doctest.h>

#include <filesystem>

#include "model/forward.h"
#include "model/selection.h"
#include "model/work.h"
#include "report/npy.h"
#include "support/numbers.h"

using namespace mha;

namespace {

using Batch = std::vector<std::vector<std::uint32_t>>;

struct Golden {
  const char* name;
  ConfigRequest config;
  std::uint64_t seed;
  Batch sequences, contexts;
  MaskRequest mask;
};

Inputs inputs_of(const Golden& golden) {
  Inputs inputs;
  for (const auto& ids : golden.sequences) inputs.sequences.push_back(sequence_of(ids));
  for (const auto& ids : golden.contexts) inputs.contexts.push_back(sequence_of(ids));
  return inputs;
}

Dimensions dimensions_of(const Model& model, const Inputs& inputs) {
  return {.config = model.config,
          .kind = {false, inputs.cross_attention()},
          .batch = inputs.sequences.size(),
          .queries = inputs.most_queries(),
          .keys = inputs.most_keys(),
          .layers = {0},
          .heads = select({}, model.config.num_attention_heads, "--heads")};
}

Trace run(const Golden& golden, DType dtype, std::size_t threads = 1) {
  const Model model = load_model({golden.config, golden.seed, {}});
  const Inputs inputs = inputs_of(golden);
  const Dimensions dimensions = dimensions_of(model, inputs);
  ForwardOptions options{.wanted = {}, .mask = golden.mask, .dtype = dtype, .threads = threads};
  for (const TensorKey& key : activations_of(dimensions)) options.wanted.insert(key.key);
  check_masks(options.mask, inputs, dimensions);
  return forward(model, inputs, embed(model, inputs), dimensions, options);
}

std::vector<Golden> goldens() {
  const Batch arrow = {{2051, 10029, 2066, 2019, 8612}};
  Batch longer(2);
  for (std::uint32_t i = 0; i < 41; ++i) longer[0].push_back((i * i + 3 * i) % 60);
  for (std::uint32_t i = 0; i < 33; ++i) longer[1].push_back(7 * i % 60);
  std::vector<Golden> all;
  const ConfigRequest preset;
  all.push_back({"tutorial", preset, 42, arrow, {}, {}});
  ConfigRequest grouped{
      .hidden_size = 48, .num_heads = 6, .num_kv_heads = 2, .head_dim = 8, .vocab_size = 101};
  all.push_back({"grouped", grouped, 7, {{3, 1, 4, 1, 5}, {9}, {2, 6, 5, 3, 5, 8, 9, 7, 100}}, {}, {}});
  ConfigRequest cross{.hidden_size = 36, .num_heads = 3, .num_kv_heads = {}, .head_dim = 5, .vocab_size = 50};
  MaskRequest mask;
  mask.causal = true;
  mask.window = 3;
  mask.query_masks = {{1, 1, 1, 0, 1, 1}};
  mask.key_masks = {{1, 0, 1, 1, 1, 1, 1}};
  all.push_back(
      {"cross", cross, 11, {{1, 2, 3, 4, 5, 6}, {7, 8}}, {{9, 8, 7, 6, 5, 4, 3}, {10, 11, 12}}, mask});
  ConfigRequest windowed{
      .hidden_size = 16, .num_heads = 2, .num_kv_heads = {}, .head_dim = {}, .vocab_size = 60};
  MaskRequest window;
  window.window = 2;
  all.push_back({"windowed", windowed, (std::uint64_t{1} << 32) + 3, longer, {}, window});
  return all;
}

/// Largest difference over the largest finite magnitude; infinities must be equal.
double error_of(const Tensor& tensor, const Tensor& golden) {
  REQUIRE(tensor.shape == golden.shape);
  const auto want = golden.as<double>();
  double difference = 0, magnitude = 0;
  std::visit(
      [&](const auto& got) {
        for (std::size_t i = 0; i < want.size(); ++i) {
          if (std::isinf(want[i])) {
            if (static_cast<double>(got[i]) != want[i]) difference = INFINITY;
            continue;
          }
          const double error = std::abs(static_cast<double>(got[i]) - want[i]);
          difference = std::isnan(error) ? INFINITY : std::max(difference, error);
          magnitude = std::max(magnitude, std::abs(want[i]));
        }
      },
      tensor.values);
  return difference / magnitude;
}

}  // namespace

TEST_CASE("layers agree with PyTorch's float64 numbers: masks, groups, other contexts, padded batches") {
  for (const Golden& golden : goldens()) {
    const Trace float32 = run(golden, DType::float32), float64 = run(golden, DType::float64);
    std::size_t compared = 0;
    for (const auto& entry : std::filesystem::directory_iterator(std::string(MHA_SOURCE_DIR) +
                                                                 "/tests/golden/attention/" + golden.name)) {
      const std::string name = entry.path().stem();
      CAPTURE(golden.name);
      CAPTURE(name);
      const Tensor want = read_npy(entry.path());
      if (name == "output32") {
        // PyTorch's own float32 differs from the truth as much as ours does.
        CHECK(error_of(float32.tensors.at("output"), want) < 1e-6);
      } else {
        CHECK(error_of(float32.tensors.at(name), want) < (name == "embeddings" ? 1e-300 : 1e-6));
        CHECK(error_of(float64.tensors.at(name), want) < 1e-14);
      }
      ++compared;
    }
    CHECK(compared >= 3);
  }
}

TEST_CASE("a sequence has the same bits alone, in a batch, and on any number of threads") {
  const Golden batch = goldens()[1];
  const Trace together = run(batch, DType::float32, 3);
  for (std::size_t i = 0; i < batch.sequences.size(); ++i) {
    Golden one = batch;
    one.sequences = {batch.sequences[i]};
    const Trace alone = run(one, DType::float32);
    const std::size_t tokens = batch.sequences[i].size(), padded = together.dimensions.queries;
    for (const char* name : {"x", "output", "embeddings"}) {
      const auto in_batch = together.tensors.at(name).as<float>().subspan(i * padded * 48, padded * 48);
      CHECK(test::same_bits(in_batch.first(tokens * 48), alone.tensors.at(name).as<float>()));
      for (const float value : in_batch.subspan(tokens * 48)) CHECK(value == 0);
    }
    for (std::size_t head = 0; head < 6; ++head) {
      for (std::size_t t = 0; t < tokens; ++t) {
        const auto row = together.tensors.at("weights").as<float>().subspan(
            ((i * 6 + head) * padded + t) * padded, padded);
        CHECK(test::same_bits(row.first(tokens), alone.tensors.at("weights").as<float>().subspan(
                                                     (head * tokens + t) * tokens, tokens)));
        for (const float value : row.subspan(tokens)) CHECK(value == 0);
      }
    }
  }
}

TEST_CASE(
    "sequences of a large batch have the bits they have alone, wherever they stand in a block or a group") {
  Golden batch = goldens()[1];
  batch.sequences.clear();
  std::size_t tokens = 0;
  for (std::uint32_t i = 0; i < 60; ++i) {
    const std::uint32_t length = i % 7 == 3 ? 1 + i : 1 + i % 13;
    for (std::uint32_t t = 0; t < length; ++t) {
      if (t == 0) batch.sequences.emplace_back();
      batch.sequences.back().push_back((i * 31 + t * t) % 101);
    }
    tokens += length;
  }
  CHECK(tokens > 2 * group_tokens);
  const Trace together = run(batch, DType::float32, 2);
  const std::size_t padded = together.dimensions.queries;
  std::size_t different = 0;
  for (std::size_t i = 0; i < batch.sequences.size(); ++i) {
    Golden one = batch;
    one.sequences = {batch.sequences[i]};
    const Trace alone = run(one, DType::float32);
    const auto want = alone.tensors.at("output").as<float>();
    const auto got = together.tensors.at("output").as<float>().subspan(i * padded * 48, want.size());
    different += test::same_bits(got, want) ? 0 : 1;
  }
  CHECK(different == 0);
}

TEST_CASE("asking for more tensors changes none") {
  const Golden golden = goldens()[3];
  const Model model = load_model({golden.config, golden.seed, {}});
  const Inputs inputs = inputs_of(golden);
  ForwardOptions options{.wanted = {"output"}, .mask = golden.mask};
  const Trace few = forward(model, inputs, embed(model, inputs), dimensions_of(model, inputs), options);
  const Trace all = run(golden, DType::float32);
  CHECK(few.tensors.size() == 1);
  CHECK(test::same_bits(few.tensors.at("output").as<float>(), all.tensors.at("output").as<float>()));
}
