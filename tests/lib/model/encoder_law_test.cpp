// What holds for every checkpoint, whatever its numbers.
#include <doctest/doctest.h>

#include <optional>

#include "model/forward.h"
#include "model/selection.h"
#include "support/each_target.h"
#include "support/numbers.h"

using namespace mha;

namespace {

Model load(const std::string& name) {
  ModelRequest request;
  request.checkpoint = {MHA_SOURCE_DIR "/tests/golden/families/" + name, {}};
  return load_model(request);
}

Inputs inputs_of(const std::vector<std::vector<std::uint32_t>>& batch) {
  Inputs inputs;
  for (const auto& ids : batch) inputs.sequences.push_back(sequence_of(ids));
  return inputs;
}

/// Everything that the model gives for the batch, or only the tensors of those names.
Trace run(const Model& model, const Inputs& inputs, std::size_t threads, std::optional<KeySet> wanted = {}) {
  const Dimensions dimensions{.config = model.config,
                              .kind = {.checkpoint = true},
                              .batch = inputs.sequences.size(),
                              .queries = inputs.most_queries(),
                              .keys = inputs.most_keys(),
                              .layers = select({}, model.config.num_layers, "--layers"),
                              .heads = select({}, model.config.num_attention_heads, "--heads")};
  ForwardOptions options{.wanted = {}, .mask = {}, .threads = threads};
  for (const TensorKey& key : activations_of(dimensions)) options.wanted.insert(key.key);
  if (wanted) options.wanted = *wanted;
  return forward(model, inputs, embed(model, inputs), dimensions, options);
}

void check_same(const Trace& some, const Trace& all) {
  for (const auto& entry : some.tensors) {
    CAPTURE(entry.first);
    CHECK(test::same_bits(entry.second.as<float>(), all.tensors.at(entry.first).as<float>()));
  }
}

const std::string names[] = {"bert",       "bert_f16",    "mpnet",     "albert",     "electra",
                             "distilbert", "xlm_roberta", "gpt2",      "llama_bf16", "gemma2",
                             "qwen3",      "olmo2",       "gpt_neox",  "bloom",      "phi3_longrope",
                             "modernbert", "t5",          "deberta_v3"};

/// More tokens than a group holds, in sequences of many lengths.
Inputs large_batch(const Model& model) {
  const std::size_t most = max_positions(model).value_or(40);
  std::vector<std::vector<std::uint32_t>> batch;
  for (std::uint32_t i = 0; i < 120; ++i) {
    batch.emplace_back();
    for (std::uint32_t t = 0; t <= i * 7 % most; ++t)
      batch.back().push_back(static_cast<std::uint32_t>((5 + i * 3 + t * t) % model.config.vocab_size));
  }
  return inputs_of(batch);
}

}  // namespace

TEST_CASE("every tensor of a checkpoint has the same bits on any instruction set with FMA and any threads") {
  for (const std::string& name : names) {
    CAPTURE(name);
    const Model model = load(name);
    const Inputs inputs = large_batch(model);
    const Trace once = run(model, inputs, 1);
    CHECK(once.tensors.size() == 2 + 9 * model.config.num_layers);
    test::each_target([&] {
      if (kernel::target_in_use().fma) check_same(run(model, inputs, 3), once);
    });
  }
}

TEST_CASE("asking for one tensor gives it the bits it has among all, and leaves nothing else") {
  for (const char* name : {"bert", "mpnet", "albert"}) {
    const Model model = load(name);
    const Inputs inputs = inputs_of({{5, 6, 7, 8, 9}, {5}});
    const Trace all = run(model, inputs, 1);
    for (const auto& entry : all.tensors) {
      const Trace one = run(model, inputs, 1, KeySet{entry.first});
      CHECK(one.tensors.size() == 1);
      check_same(one, all);
    }
  }
}

TEST_CASE("rows of weights sum to one in every layer, and padding is zero") {
  const Model model = load("roberta");
  const Inputs inputs = inputs_of({{5, 6, 7, 8, 9}, {5, 6}});
  const Trace trace = run(model, inputs, 1);
  for (std::size_t layer = 0; layer < model.config.num_layers; ++layer) {
    const Tensor& weights = trace.tensors.at(tensor_key("weights", layer));
    const auto values = weights.as<float>();
    const std::size_t heads = weights.shape[1];
    for (std::size_t row = 0; row < values.size() / 5; ++row) {
      const bool padding = row >= heads * 5 && row % 5 >= 2;
      float sum = 0;
      for (std::size_t k = 0; k < 5; ++k) {
        sum += values[row * 5 + k];
        if (row >= heads * 5 && k >= 2) CHECK(values[row * 5 + k] == 0);
      }
      CHECK(sum == doctest::Approx(padding ? 0 : 1).epsilon(1e-6));
    }
  }
}
