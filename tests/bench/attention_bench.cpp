// Times the layer and its micro-kernel: bench --benchmark_filter=attention/
#include <benchmark/benchmark.h>

#include "attention/attention.h"
#include "kernel/product.h"
#include "model/arithmetic.h"
#include "model/embed.h"
#include "model/weights.h"

namespace {

using namespace mha;

/// The tutorial's layer for `tokens` tokens: GFLOP/s count 8 n d^2 + 4 n^2 d.
void layer(benchmark::State& state) {
  const Model model = load_model({});
  const AttentionWeights weights = attention_weights(model, 0, AttentionStage::output);
  std::vector<std::uint32_t> ids;
  for (std::uint32_t i = 0; i < state.range(0); ++i) ids.push_back(i * 7919 % 30522);
  Inputs inputs;
  inputs.sequences.push_back(sequence_of(ids));
  const Embeddings embeddings = embed(model, inputs);
  const kernel::Blocks x = Float32::from_rows(embeddings.sum<float>(inputs.sequences[0]), 768);
  Mask mask;
  mask.queries = mask.keys = ids.size();
  const AttentionTask tasks[] = {{{x, x, x}, {.mask = mask}}};
  for (auto _ : state) {
    benchmark::DoNotOptimize(attend(model.config.attention(), weights, tasks, AttentionStage::output,
                                    static_cast<std::size_t>(state.range(1))));
  }
  const double n = static_cast<double>(ids.size()), d = 768;
  state.counters["GFLOP/s"] = benchmark::Counter((8 * n * d * d + 4 * n * n * d) * 1e-9,
                                                 benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(layer)
    ->Name("attention/layer")
    ->ArgNames({"tokens", "threads"})
    ->ArgsProduct({{5, 16, 64, 128, 512, 2048}, {1, 2}})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

/// One pass of the micro-kernel over a weight matrix [768, 768].
void product(benchmark::State& state) {
  const auto width = static_cast<std::size_t>(state.range(0));
  constexpr std::size_t size = 768;
  const Buffer<float> in = Buffer<float>::zeros(size * width), matrix = Buffer<float>::zeros(size * size);
  Buffer<float> out = Buffer<float>::zeros(size * width);
  for (auto _ : state) {
    kernel::product({.in = in.data(),
                     .width = width,
                     .depth = size,
                     .matrix = matrix.data(),
                     .row_stride = size,
                     .depth_stride = 1,
                     .rows = size,
                     .out = out.data()});
    benchmark::ClobberMemory();
  }
  state.counters["GFLOP/s"] = benchmark::Counter(2e-9 * static_cast<double>(width * size * size),
                                                 benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(product)->Name("attention/product")->ArgName("width")->Arg(8)->Arg(16)->Arg(32);

}  // namespace
