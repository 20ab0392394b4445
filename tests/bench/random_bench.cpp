// PyTorch's random numbers on each instruction set: bench --benchmark_filter=random
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <array>
#include <string>
#include <vector>

#include "checkpoint/torch_random.h"
#include "kernel/mersenne_twister.h"
#include "kernel/targets.h"

using namespace mha;

namespace {

constexpr std::size_t vocab = 30522, width = 768, heads = 12;
constexpr std::array<std::uint32_t, 5> rows{2029, 2051, 2066, 8612, 10029};

std::vector<RandomModule> tutorial() {
  std::vector<RandomModule> order{RandomEmbedding{"tokens", vocab, width}};
  for (std::size_t head = 0; head < heads; ++head) {
    for (const char* name : {"query", "key", "value"}) {
      order.push_back(RandomLinear{name, width, head * width / heads, width / heads, width});
    }
  }
  order.push_back(RandomLinear{"output", width, 0, width, width});
  return order;
}

void skip_embedding(benchmark::State& state) {
  for (auto _ : state) {
    kernel::MersenneTwister engine(0);
    engine.discard(vocab * width);
    benchmark::DoNotOptimize(engine.position());
  }
}

void linears_into_warm_memory(benchmark::State& state) {
  std::vector<float> out(4 * (width * width + width));
  kernel::MersenneTwister engine(0);
  for (auto _ : state) engine.uniform(out, -0.036F, 0.036F);
}

void linears_into_fresh_memory(benchmark::State& state) {
  for (auto _ : state) {
    auto order = tutorial();
    order.erase(order.begin());
    benchmark::DoNotOptimize(TorchRandom(order, 0).get("output.weight", {width, width}).floats().data());
  }
}

void embedding_rows(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        TorchRandom({RandomEmbedding{"tokens", 10030, width}}, 0).get_rows("tokens", {10030, width}, rows));
  }
}

void whole_embedding(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(TorchRandom(tutorial(), 0).get("tokens", {vocab, width}).floats().data());
  }
}

void tutorial_weights(benchmark::State& state) {
  for (auto _ : state) {
    const TorchRandom weights(tutorial(), 0);
    benchmark::DoNotOptimize(weights.get_rows("tokens", {vocab, width}, rows));
    benchmark::DoNotOptimize(weights.get("output.weight", {width, width}).floats().data());
  }
}

[[maybe_unused]] const bool registered = [] {
  // Large blocks come from the system each time, page faults and all, as in a program that makes them once.
  mallopt(M_MMAP_THRESHOLD, 1 << 17);
  for (const kernel::Target& target : kernel::targets()) {
    const auto add = [&](const char* name, void (*run)(benchmark::State&)) {
      const auto on_target = [run, set = target.name](benchmark::State& state) {
        kernel::use_target(set);
        run(state);
      };
      const std::string full = "random/" + std::string(name) + "/" + std::string(target.name);
      benchmark::RegisterBenchmark(full.c_str(), on_target)->Unit(benchmark::kMillisecond);
    };
    add("skip_embedding", skip_embedding);
    add("linears_into_warm_memory", linears_into_warm_memory);
    add("linears_into_fresh_memory", linears_into_fresh_memory);
    add("embedding_rows", embedding_rows);
    add("whole_embedding", whole_embedding);
    add("tutorial_weights", tutorial_weights);
  }
  return true;
}();

}  // namespace
