#include "bench/subject.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "model/forward.h"
#include "model/selection.h"
#include "support/numbers.h"

using namespace mha;

namespace {

BenchRequest small_encoder() {
  BenchRequest request;
  request.what = What::encoder;
  request.model.config.hidden_size = 24;
  request.model.config.num_heads = 4;
  request.model.config.num_kv_heads = 2;
  request.layers = 2;
  return request;
}

void check_ordinary(const TensorView& tensor) {
  const auto numbers = tensor.floats();
  std::size_t zeros = 0;
  for (const float number : numbers) {
    zeros += number == 0 ? 1 : 0;
    CHECK(std::abs(number) < 2);
    CHECK((number == 0 || std::isnormal(number)));
  }
  CHECK(zeros <= numbers.size() / 8);
  CHECK(numbers[0] != numbers[1]);
}

}  // namespace

TEST_CASE("random layers have the sizes asked for, of ordinary numbers that are the same each time") {
  const BenchModel model = load_bench_model(small_encoder());
  CHECK(model.config.intermediate_size == 96);
  const Subject subject(model, What::encoder, 5), again(model, What::encoder, 5);
  REQUIRE(subject.layers().size() == 2);
  const Layer& layer = subject.layers()[1];
  CHECK(layer.attention.query.weight.shape == Shape{24, 24});
  CHECK(layer.attention.key.weight.shape == Shape{12, 24});
  REQUIRE(layer.feed_forward);
  CHECK(layer.feed_forward->intermediate.weight.shape == Shape{96, 24});
  for (const TensorView* tensor : {&layer.attention.value.weight, &layer.attention.output.weight,
                                   &layer.feed_forward->output.weight, &layer.norms.after->weight}) {
    check_ordinary(*tensor);
  }
  CHECK(std::equal(layer.attention.query.weight.floats().begin(), layer.attention.query.weight.floats().end(),
                   again.layers()[1].attention.query.weight.floats().begin()));
}

TEST_CASE("a layer and a product of matrices have one layer without a feed-forward") {
  BenchRequest request = small_encoder();
  request.layers.reset();
  for (const What what : {What::layer, What::gemm}) {
    request.what = what;
    const BenchModel model = load_bench_model(request);
    const Subject subject(model, what, 5);
    REQUIRE(subject.layers().size() == 1);
    CHECK_FALSE(subject.layers().front().feed_forward);
  }
}

TEST_CASE("what is timed is what a run computes, bit for bit") {
  for (const char* name : {"bert", "mpnet", "bert_f16"}) {
    CAPTURE(name);
    BenchRequest request;
    request.what = What::encoder;
    request.model.checkpoint = {MHA_SOURCE_DIR "/tests/golden/families/" + std::string(name), {}};
    const BenchModel model = load_bench_model(request);
    Inputs inputs;
    inputs.sequences.push_back(sequence_of({2, 5, 9, 7, 3}));
    const Dimensions dimensions{.config = model.config,
                                .kind = {.checkpoint = true},
                                .batch = 1,
                                .queries = 5,
                                .keys = 5,
                                .layers = select({}, model.config.num_layers, "--layers"),
                                .heads = select({}, model.config.num_attention_heads, "--heads")};
    const ForwardOptions options{.wanted = {"embeddings", "final"}, .mask = {}};
    const Trace trace =
        forward(*model.checkpoint, inputs, embed(*model.checkpoint, inputs), dimensions, options);

    const std::span<const float> embeddings = trace.tensors.at("embeddings").as<float>();
    std::vector<kernel::Blocks> sequences;
    sequences.push_back(Float32::from_rows({embeddings.begin(), embeddings.end()}, model.config.hidden_size));
    Mask mask;
    mask.queries = mask.keys = 5;
    const auto result = through_layers(Subject(model, What::encoder, 5), sequences, mask, 1);
    std::vector<float> rows(embeddings.size());
    kernel::to_rows(result.front(), 0, model.config.hidden_size, rows.data(), model.config.hidden_size);
    CHECK(test::same_bits(rows, trace.tensors.at("final").as<float>()));
  }
}

TEST_CASE("the memory that weights take is told before they are made") {
  const BenchModel model = load_bench_model(small_encoder());
  const Subject subject(model, What::encoder, 5);
  std::size_t bytes = 0;
  const auto add = [&](const TensorView& tensor) { bytes += element_count(tensor.shape) * sizeof(float); };
  for (const Layer& layer : subject.layers()) {
    for (const Linear* linear :
         {&layer.attention.query, &layer.attention.key, &layer.attention.value, &layer.attention.output,
          &layer.feed_forward->intermediate, &layer.feed_forward->output}) {
      add(linear->weight);
      add(*linear->bias);
    }
    for (const Norm* norm : {&*layer.norms.after, &*layer.feed_forward->norms.after}) {
      add(norm->weight);
      add(*norm->bias);
    }
  }
  CHECK(made_bytes(model, What::encoder) >= bytes);
  CHECK(made_bytes(model, What::encoder) < bytes + bytes / 4);
}

TEST_CASE("sequences that are timed lie in the groups of a run") {
  const Config config = load_bench_model(small_encoder()).config;
  const BenchInput input = bench_input(config, 5, 100);
  REQUIRE(input.groups.size() == 2);
  CHECK(input.hidden[0].size() == 3);
  CHECK(input.hidden[1].size() == 2);
  CHECK(input.hidden[1][1].tokens() == 100);
  CHECK(input.hidden[1][1].features() == 24);
}
